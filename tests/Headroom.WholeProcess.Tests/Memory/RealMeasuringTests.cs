using System.Runtime.InteropServices;
using Headroom.Limits;
using Headroom.Measuring;

namespace Headroom.WholeProcess.Tests.Memory;

/// <summary>The real thing: what this process holds and gives back.</summary>
public sealed class RealMeasuringTests
{
    [Fact]
    public unsafe void Anonymous_memory_grows_when_native_memory_is_touched_and_not_before()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Measuring reads /proc, which exists on Linux only.");
        const int size = 256 << 20;
        var meter = new MemoryMeter(new MemoryLimit(ByteSize.FromMegabytes(512), "test"));
        var before = meter.Read().Anonymous;
        var memory = (byte*)NativeMemory.Alloc(size);
        try
        {
            Assert.InRange(meter.Read().Anonymous - before, -size / 2, size / 2);
            new Span<byte>(memory, size).Fill(1);
            Assert.InRange(meter.Read().Anonymous - before, size / 2, 2L * size);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
        Assert.InRange(meter.Read().Anonymous - before, -size / 2, size / 2);
    }

    [Fact]
    public unsafe void Trimmed_pages_of_an_arena_do_not_count()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mappings are read from /proc, which exists on Linux only.");
        const int blocks = 2000;
        var memory = new nint[blocks];
        // A thread of its own: it allocates from an arena that is not the main heap.
        var thread = new Thread(() =>
        {
            for (var i = 0; i < blocks; i++)
                new Span<byte>((void*)(memory[i] = (nint)NativeMemory.Alloc(20_000)), 20_000).Fill(1);
        });
        thread.Start();
        thread.Join();
        // What other tests left free must not come back together with these blocks.
        NativeHeap.Trim();
        var before = Native();

        // The last block stays: so the arena can't shrink, only give its pages back.
        foreach (var block in memory.AsSpan(0, blocks - 1))
            NativeMemory.Free((void*)block);
        NativeHeap.Trim();

        Assert.InRange(before - Native(), 30 << 20, 45 << 20);
        NativeMemory.Free((void*)memory[^1]);

        static long Native() => new MemoryMapReader().Read() is var maps ? maps.MainHeap + maps.Arenas : 0;
    }
}
