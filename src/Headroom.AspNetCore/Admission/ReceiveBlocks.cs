using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// Where Kestrel receives into. Its own blocks have 4 KiB, and each takes a call, a flush and a wake-up of the reader: of
/// an upload's processor time more than its encryption does. One of these is all that is read ahead of a request. Thread-safe.
/// </summary>
internal sealed class ReceiveBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>Free ones beyond these are left to the garbage collector: 2 MiB are kept.</summary>
    internal const int MaxFree = 128;

    private readonly ConcurrentQueue<Block> _free = new();

    public override int MaxBufferSize => WaitingSockets.ReadAhead;

    /// <summary>All listeners share them.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, MaxBufferSize);
        return _free.TryDequeue(out var block) ? block.Rented() : new Block(this);
    }

    protected override void Dispose(bool disposing)
    {
        // Each listener that ends disposes what others still use.
    }

    private sealed class Block(ReceiveBlocks pool) : IMemoryOwner<byte>
    {
        private int _isRented = 1;

        // Pinned, as the kernel writes into it while the collector runs.
        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(WaitingSockets.ReadAhead, pinned: true), 0, WaitingSockets.ReadAhead);

        public Block Rented()
        {
            _isRented = 1;
            return this;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isRented, 0) == 1 && pool._free.Count < MaxFree)
                pool._free.Enqueue(this);
        }
    }
}
