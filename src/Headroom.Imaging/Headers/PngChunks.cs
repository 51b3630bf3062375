using System.Buffers.Binary;
using System.IO.Compression;

namespace Headroom.Imaging.Headers;

/// <summary>Walks a PNG's chunks up to the pixels (ISO/IEC 15948, chapters 5 and 11).</summary>
/// <remarks>
/// Text chunks are hidden from libvips: they are compressed, and 300 KB of them were seen to make its header reader
/// take 1.2 GB. A colour profile stays if it is of a profile's size.
/// </remarks>
internal static class PngChunks
{
    private const int MaxChunks = 256;
    private const int MaxProfileBytes = 1 << 20;

    internal static StoredFrame Read(Stream stream)
    {
        var reader = new ByteReader(stream);
        reader.Skip(8);
        Span<byte> header = stackalloc byte[8 + 13];
        reader.Fill(header);
        if (!header.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R']))
            throw ImageException.Corrupt();
        long width = BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        long height = BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            throw ImageException.Corrupt();
        reader.Skip(4);
        return new StoredFrame(width, height, WholePictureBytes: 0, Interlaced: header[20] == 1, Metadata(reader));
    }

    private static List<long> Metadata(ByteReader reader)
    {
        var masked = new List<long>();
        Span<byte> chunk = stackalloc byte[8];
        for (var i = 0; i < MaxChunks; i++)
        {
            var start = reader.Stream.Position;
            reader.Fill(chunk);
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var type = chunk[4..];
            if (type.SequenceEqual("IDAT"u8))
                return masked;
            var isText = type.SequenceEqual("tEXt"u8) || type.SequenceEqual("zTXt"u8) || type.SequenceEqual("iTXt"u8);
            if (isText || (type.SequenceEqual("iCCP"u8) && !IsProfileSized(reader, length)))
                masked.Add(start + 4);
            reader.Stream.Position = start + 8;
            reader.Skip(length + 4L);
        }

        throw new ImageException(
            ImageProblem.Unsupported, $"The PNG has more than {MaxChunks} pieces of metadata before its pixels. Save it without metadata.");
    }

    private static bool IsProfileSized(ByteReader reader, uint length)
    {
        if (length > MaxProfileBytes || length > reader.Stream.Length - reader.Stream.Position)
            return false;
        var compressed = new byte[length];
        reader.Fill(compressed);
        var data = compressed.AsSpan().IndexOf((byte)0) + 2;
        if (data < 2 || data >= compressed.Length)
            return false;
        using var inflated = new ZLibStream(new MemoryStream(compressed, data, compressed.Length - data), CompressionMode.Decompress);
        Span<byte> buffer = stackalloc byte[4096];
        try
        {
            var total = 0;
            for (int read; (read = inflated.Read(buffer)) > 0 && total <= MaxProfileBytes;)
                total += read;
            return total is > 0 and <= MaxProfileBytes;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
