using System.Buffers.Binary;

namespace Headroom.Imaging.Headers;

/// <summary>Walks a WebP's chunks up to the picture (RFC 9649, chapter 2).</summary>
internal static class WebpChunks
{
    private const int MaxChunks = 64;

    internal static StoredFrame Read(Stream stream)
    {
        var reader = new ByteReader(stream);
        Span<byte> chunk = stackalloc byte[8 + 10];
        reader.Fill(chunk[..12]);
        var end = 8L + BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        if (end > stream.Length)
            throw ImageException.Truncated();
        var hasAlpha = false;
        for (var i = 0; i < MaxChunks && stream.Position < end; i++)
        {
            reader.Fill(chunk[..8]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            var next = stream.Position + length + (length & 1);
            var type = chunk[..4];
            if (type.SequenceEqual("ANIM"u8) || type.SequenceEqual("ANMF"u8))
                throw Animated();
            hasAlpha |= type.SequenceEqual("ALPH"u8);
            if (type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8))
            {
                var lossless = type[3] == 'L';
                reader.Fill(chunk[..10]);
                return lossless ? Lossless(chunk) : Lossy(chunk, hasAlpha);
            }

            stream.Position = Math.Min(next, stream.Length);
        }

        throw ImageException.Corrupt();
    }

    internal static ImageException Animated() => new(
        ImageProblem.Unsupported, "Animated WebP files are not supported. Send a still JPEG, PNG or WebP picture.");

    // RFC 9649 section 3.4: signature 2F, then 14 bits each of width − 1 and height − 1. The codec keeps all pixels as ARGB.
    private static StoredFrame Lossless(ReadOnlySpan<byte> data)
    {
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        long width = (bits & 0x3FFF) + 1;
        long height = ((bits >> 14) & 0x3FFF) + 1;
        return new StoredFrame(width, height, width * height * 4, Interlaced: false, []);
    }

    // RFC 6386 section 9.1: a three byte frame tag, a start code, then 14 bits each of width and height. The picture
    // streams; its transparency is one lossless picture (ARGB at worst) and one plane.
    private static StoredFrame Lossy(ReadOnlySpan<byte> data, bool hasAlpha)
    {
        long width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF;
        long height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
        if (width == 0 || height == 0)
            throw ImageException.Corrupt();
        return new StoredFrame(width, height, hasAlpha ? width * height * 5 : 0, Interlaced: false, []);
    }
}
