using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// Where Kestrel receives into. Its own blocks have 4 KiB, and each takes a call, a flush and a wake-up of the reader: of
/// an upload's processor time more than its encryption does. A few blocks are large, for whoever comes while there are
/// any; of a crowd, most of whom wait, the others get small ones, for one is held by each request that waits.
/// What is kept, 3 MiB, is part of the managed heap that the plan counts. Thread-safe.
/// </summary>
internal sealed class ReceiveBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>The length of a large one, in bytes: as much as an upload encrypts at a time.</summary>
    internal const int LargeBytes = 64 * 1024;

    /// <summary>There are never more large ones: 2 MiB, which are kept.</summary>
    internal const int MaxLarge = 32;

    /// <summary>Free small ones beyond these are left to the garbage collector: 1 MiB is kept.</summary>
    internal const int MaxFree = 64;

    private readonly ConcurrentQueue<Block> _large = new();
    private readonly ConcurrentQueue<Block> _small = new();
    private int _largeMade;

    public override int MaxBufferSize => WaitingSockets.ReadAhead;

    /// <summary>All listeners share them.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    /// <summary>Gives a large one if there is one, otherwise one of <see cref="MaxBufferSize"/>.</summary>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, MaxBufferSize);
        if (_large.TryDequeue(out var block))
            return block.Rented();
        if (Volatile.Read(ref _largeMade) < MaxLarge && Interlocked.Increment(ref _largeMade) <= MaxLarge)
            return new Block(this, LargeBytes);
        return _small.TryDequeue(out block) ? block.Rented() : new Block(this, MaxBufferSize);
    }

    protected override void Dispose(bool disposing)
    {
        // Each listener that ends disposes what others still use.
    }

    private void Return(Block block)
    {
        if (block.Memory.Length == LargeBytes)
            _large.Enqueue(block);
        else if (_small.Count < MaxFree)
            _small.Enqueue(block);
    }

    private sealed class Block(ReceiveBlocks pool, int length) : IMemoryOwner<byte>
    {
        private int _isRented = 1;

        // Pinned, as the kernel writes into it while the collector runs.
        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(length, pinned: true), 0, length);

        public Block Rented()
        {
            _isRented = 1;
            return this;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isRented, 0) == 1)
                pool.Return(this);
        }
    }
}
