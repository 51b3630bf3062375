using System.Buffers;
using System.Runtime.InteropServices;

namespace Headroom.Buffers;

/// <summary>
/// Hands out 64 KiB segments of native memory, so that bodies neither grow the managed heap nor wait for a collection
/// to shrink it. Keeps a few for reuse and frees the rest at once. It does not lease: its callers do, before they rent.
/// Thread-safe.
/// </summary>
/// <param name="retained">How many bytes to keep for reuse.</param>
public sealed class SegmentPool(ByteSize retained) : IDisposable
{
    /// <summary>The size of a segment in bytes.</summary>
    public const int SegmentBytes = 64 * 1024;

    private readonly Stack<Segment> _free = [];
    private long _keeps = retained.Bytes;
    private bool _disposed;

    /// <summary>How many segments are out.</summary>
    public int Rented { get; private set; }

    /// <summary>How many bytes are kept for reuse.</summary>
    public ByteSize Retained
    {
        get { lock (_free) return new ByteSize((long)_free.Count * SegmentBytes); }
    }

    /// <summary>What share of the bytes to keep for reuse is kept for now, 0 to 1; what is more is freed.</summary>
    public double Scale
    {
        set
        {
            lock (_free)
            {
                _keeps = (long)(retained.Bytes * Math.Clamp(value, 0, 1));
                while (_free.Count * (long)SegmentBytes > _keeps)
                    _free.Pop().Free();
            }
        }
    }

    /// <summary>How many bytes of segments a body of this length takes.</summary>
    public static long Round(long length) => (length + SegmentBytes - 1) / SegmentBytes * SegmentBytes;

    /// <summary>Frees what is kept for reuse.</summary>
    public void Trim()
    {
        lock (_free)
        {
            while (_free.TryPop(out var segment))
                segment.Free();
        }
    }

    /// <summary>Frees what is kept; segments that are still out are freed when they come back.</summary>
    public void Dispose()
    {
        lock (_free)
            _disposed = true;
        Trim();
    }

    internal Segment Rent()
    {
        lock (_free)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var segment = _free.TryPop(out var kept) ? kept : new Segment();
            Rented++;
            return segment;
        }
    }

    internal void Return(Segment segment)
    {
        lock (_free)
        {
            Rented--;
            if (_disposed || (_free.Count + 1L) * SegmentBytes > _keeps)
                segment.Free();
            else
                _free.Push(segment);
        }
    }

    /// <summary>One block of native memory.</summary>
    internal sealed unsafe class Segment : MemoryManager<byte>
    {
        private byte* _data = (byte*)NativeMemory.Alloc(SegmentBytes);

        public void Free()
        {
            NativeMemory.Free(_data);
            _data = null;
        }

        public override Span<byte> GetSpan() => new(Data(), SegmentBytes);

        public override MemoryHandle Pin(int elementIndex = 0) => new(Data() + elementIndex);

        private byte* Data() => _data is null ? throw new ObjectDisposedException(nameof(SegmentedBuffer)) : _data;

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
