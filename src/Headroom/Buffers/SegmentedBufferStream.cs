namespace Headroom.Buffers;

/// <summary>Reads a <see cref="SegmentedBuffer"/>.</summary>
internal sealed class SegmentedBufferStream(SegmentedBuffer buffer) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => buffer.Length;

    public override long Position { get; set; }

    public override int Read(Span<byte> destination)
    {
        var source = buffer.Read(Position);
        var count = Math.Min(source.Length, destination.Length);
        source[..count].CopyTo(destination);
        Position += count;
        return count;
    }

    public override int Read(byte[] array, int offset, int count) => Read(array.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        var position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };
        ArgumentOutOfRangeException.ThrowIfNegative(position, nameof(offset));
        return Position = position;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] array, int offset, int count) => throw new NotSupportedException();
}
