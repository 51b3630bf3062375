using System.Buffers.Binary;

namespace Headroom.Imaging.Headers;

/// <summary>Reads a file's structure front to back; every read past the end is a truncated file.</summary>
internal readonly struct ByteReader(Stream stream)
{
    internal Stream Stream { get; } = stream;

    internal byte Byte()
    {
        var value = Stream.ReadByte();
        return value >= 0 ? (byte)value : throw ImageException.Truncated();
    }

    internal ushort BigEndian16()
    {
        Span<byte> bytes = stackalloc byte[2];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    internal void Fill(Span<byte> bytes)
    {
        if (Stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw ImageException.Truncated();
    }

    internal void Skip(long bytes)
    {
        if (Stream.Length - Stream.Position < bytes)
            throw ImageException.Truncated();
        Stream.Seek(bytes, SeekOrigin.Current);
    }

}
