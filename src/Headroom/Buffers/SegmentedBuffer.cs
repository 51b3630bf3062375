namespace Headroom.Buffers;

/// <summary>
/// A body in memory: grows by segments while it is written, is read as a stream, gives all segments back when
/// disposed. Its bytes are leased by whoever made it. Not thread-safe.
/// </summary>
public sealed class SegmentedBuffer(SegmentPool pool) : IDisposable
{
    private readonly List<SegmentPool.Segment> _segments = [];
    private bool _disposed;

    /// <summary>How many bytes were written.</summary>
    public long Length { get; private set; }

    /// <summary>How many bytes of memory it holds.</summary>
    public long Capacity => (long)_segments.Count * SegmentPool.SegmentBytes;

    /// <summary>Free space at the end, at least one byte; say with <see cref="Advance"/> how much was used.</summary>
    public Memory<byte> GetMemory()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Length == Capacity)
            _segments.Add(pool.Rent());
        return _segments[^1].Memory[(int)(Length % SegmentPool.SegmentBytes)..];
    }

    /// <summary>Counts bytes written into <see cref="GetMemory"/>'s space.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length + count, Capacity, nameof(count));
        Length += count;
    }

    /// <summary>The bytes from <paramref name="position"/> to the end of their segment; empty at the end.</summary>
    public ReadOnlySpan<byte> Read(long position)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        if (position >= Length)
            return default;
        var offset = (int)(position % SegmentPool.SegmentBytes);
        return _segments[(int)(position / SegmentPool.SegmentBytes)].GetSpan()[offset..(int)Math.Min(SegmentPool.SegmentBytes, Length - position + offset)];
    }

    /// <summary>A seekable stream over what was written; valid until this is disposed.</summary>
    public Stream OpenRead() => new SegmentedBufferStream(this);

    /// <summary>Gives the segments back.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var segment in _segments)
            pool.Return(segment);
        _segments.Clear();
    }
}
