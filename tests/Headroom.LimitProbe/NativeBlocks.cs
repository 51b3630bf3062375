using System.Runtime.InteropServices;

namespace Headroom.LimitProbe;

/// <summary>Blocks of native memory that are too small to be mapped on their own: freed, they stay with the C library.</summary>
internal sealed unsafe class NativeBlocks
{
    private const int Size = 20_000;

    private readonly List<nint> _blocks = [];

    public NativeBlocks(int megabytes)
    {
        for (var i = 0; i < (long)megabytes * 1024 * 1024 / Size; i++)
        {
            var block = NativeMemory.Alloc(Size);
            new Span<byte>(block, Size).Fill(1);
            _blocks.Add((nint)block);
        }
    }

    /// <summary>Frees all but the last one, which keeps the heap from shrinking.</summary>
    public void FreeAndKeep()
    {
        foreach (var block in _blocks.SkipLast(1))
            NativeMemory.Free((void*)block);
    }
}
