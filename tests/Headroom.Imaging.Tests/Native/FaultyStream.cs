namespace Headroom.Imaging.Tests.Native;

/// <summary>Runs <paramref name="fault"/> at every read once so many bytes have been read.</summary>
internal sealed class FaultyStream(byte[] file, int after, Action fault, int atMost = int.MaxValue)
    : MemoryStream(file, 0, file.Length, writable: false, publiclyVisible: true)
{
    internal long BytesRead { get; private set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (BytesRead >= after)
            fault();

        // The base class would come back to the array overload.
        var count = (int)Math.Min(Math.Min(buffer.Length, atMost), Length - Position);
        GetBuffer().AsSpan((int)Position, count).CopyTo(buffer);
        Position += count;
        BytesRead += count;
        return count;
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }
}
