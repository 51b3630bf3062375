using System.Buffers;
using Headroom.Uploads.Format;

namespace Headroom.Uploads.Writing;

/// <summary>
/// Buffers of one encrypted segment, in pages of their own: uploads leave the managed heap alone, what is given back is back
/// at once, and the bytes can be told from all others. Keeps a few for reuse. It does not lease: whoever rents does, before. Thread-safe.
/// </summary>
internal sealed class SegmentBuffers : IDisposable
{
    /// <summary>What is kept for reuse at most.</summary>
    public static readonly ByteSize Retained = new(MaxKept * Pages.SegmentBytes);

    private const int MaxKept = 8;

    private readonly Stack<Segment> _free = [];
    private int _mapped;
    private bool _disposed;

    /// <summary>What all buffers hold, in use or kept.</summary>
    public long Bytes => Volatile.Read(ref _mapped) * Pages.SegmentBytes;

    /// <summary>Gives a buffer of <see cref="PartLayout.EncryptedSegmentBytes"/> bytes; disposing gives it back.</summary>
    public IMemoryOwner<byte> Rent()
    {
        lock (_free)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return new Rental(this, _free.TryPop(out var kept) ? kept : Map());
        }
    }

    /// <summary>Frees what is kept; buffers that are out are freed when they come back.</summary>
    public void Dispose()
    {
        lock (_free)
        {
            _disposed = true;
            while (_free.TryPop(out var segment))
                Unmap(segment);
        }
    }

    private Segment Map()
    {
        var segment = new Segment();
        _mapped++;
        return segment;
    }

    private void Unmap(Segment segment)
    {
        segment.Free();
        _mapped--;
    }

    private void Return(Segment segment)
    {
        lock (_free)
        {
            if (_disposed || _free.Count == MaxKept)
                Unmap(segment);
            else
                _free.Push(segment);
        }
    }

    /// <summary>Gives its segment back once, however often it is disposed: another request may have it by then.</summary>
    private sealed class Rental(SegmentBuffers buffers, Segment segment) : IMemoryOwner<byte>
    {
        private Segment? _segment = segment;

        public Memory<byte> Memory => (_segment ?? throw new ObjectDisposedException(nameof(SegmentBuffers))).Memory;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _segment, null) is { } rented)
                buffers.Return(rented);
        }
    }

    private sealed unsafe class Segment : MemoryManager<byte>
    {
        private byte* _data = (byte*)Pages.Map();

        public void Free()
        {
            Pages.Unmap((nint)_data);
            _data = null;
        }

        public override Span<byte> GetSpan() => new(Data(), PartLayout.EncryptedSegmentBytes);

        public override MemoryHandle Pin(int elementIndex = 0) => new(Data() + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }

        private byte* Data() => _data is null ? throw new ObjectDisposedException(nameof(SegmentBuffers)) : _data;
    }
}
