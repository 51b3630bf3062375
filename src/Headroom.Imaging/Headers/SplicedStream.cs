namespace Headroom.Imaging.Headers;

/// <summary>A file as its codec sees it: some ranges of the stored file and some bytes of our own, one after another.</summary>
/// <param name="file">Seekable. Its position is moved by every read; it is not disposed.</param>
/// <param name="parts">In the order in which they are read.</param>
internal sealed class SplicedStream(Stream file, IReadOnlyList<FilePart> parts) : Stream
{
    private long _position;

    // The part that was read last and where it starts in this stream: reads mostly go on from there.
    private int _part;
    private long _partStart;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; } = parts.Sum(part => part.Length);

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Reads up to the end of a part; 0 only at the end of all.</summary>
    public override int Read(Span<byte> buffer)
    {
        if (_position >= Length || buffer.IsEmpty)
            return 0;
        FindPart();
        var part = parts[_part];
        var inside = _position - _partStart;
        var wanted = buffer[..(int)Math.Min(buffer.Length, part.Length - inside)];
        var read = part.Own is { } own ? Copy(own.AsSpan((int)inside), wanted) : ReadFile(part.Offset + inside, wanted);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void FindPart()
    {
        if (_position < _partStart)
            (_part, _partStart) = (0, 0);
        while (_position >= _partStart + parts[_part].Length)
            _partStart += parts[_part++].Length;
    }

    private int ReadFile(long offset, Span<byte> buffer)
    {
        file.Position = offset;
        return file.Read(buffer);
    }

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from[..to.Length].CopyTo(to);
        return to.Length;
    }
}
