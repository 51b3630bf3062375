using System.Buffers.Binary;
using System.IO.Compression;

namespace Headroom.Imaging.Tests.Samples;

/// <summary>Files written byte by byte, for what no honest program saves.</summary>
internal static class HandMade
{
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    /// <summary>An animated GIF of two frames of one pixel.</summary>
    internal static byte[] AnimatedGif()
    {
        byte[] frame = [0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        return [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, .. frame, .. frame, 0x3B];
    }

    internal static byte[] IsoMedia(string brand) =>
        [0, 0, 0, 24, .. "ftyp"u8, .. System.Text.Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0, .. "mif1"u8, .. "heic"u8];

    /// <summary>A JPEG that declares a size and has no pixels.</summary>
    internal static byte[] JpegOfSize(ushort width, ushort height, byte marker = 0xC0) =>
    [
        0xFF, 0xD8, 0xFF, marker, 0, 17, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width,
        3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0, 0,
    ];

    /// <summary>A PNG of 8 × 8 black pixels, with chunks of one's own between the header and the pixels.</summary>
    internal static byte[] Png(params byte[][] chunks) => Png(8, 8, bitDepth: 8, colourType: 2, new byte[8 * ((8 * 3) + 1)], chunks);

    /// <summary>A whole, valid PNG of black pixels, one bit each: 900 million of them take 110 KB.</summary>
    internal static byte[] BlackPng(int width, int height) => Png(width, height, bitDepth: 1, colourType: 0, new byte[height * (((width + 7) / 8) + 1)]);

    private static byte[] Png(int width, int height, byte bitDepth, byte colourType, byte[] rows, params byte[][] chunks)
    {
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, bitDepth, colourType, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, 0x0A,
            .. Chunk("IHDR", header), .. chunks.SelectMany(chunk => chunk), .. Chunk("IDAT", Deflate(rows)), .. Chunk("IEND", []),
        ];
    }

    internal static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(type), .. data];
        var length = new byte[4];
        var checksum = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        var crc = 0xFFFFFFFF;
        foreach (var value in body)
            crc = CrcTable[(crc ^ value) & 255] ^ (crc >> 8);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, ~crc);
        return [.. length, .. body, .. checksum];
    }

    internal static byte[] Deflate(byte[] data)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize))
            zlib.Write(data);
        return compressed.ToArray();
    }

    /// <summary>Repeats the last scan of a progressive JPEG, which costs the decoder one pass over the picture each time.</summary>
    internal static byte[] WithManyScans(byte[] progressive, int times)
    {
        var last = progressive.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        var scan = progressive[last..^2];
        return [.. progressive[..last], .. Enumerable.Repeat(scan, times).SelectMany(bytes => bytes), 0xFF, 0xD9];
    }

    /// <summary>Wraps one still WebP's picture chunk as the only frame of an animation.</summary>
    internal static byte[] AnimatedWebp(byte[] still, int width, int height)
    {
        var picture = still[12..];
        byte[] size = [(byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1), (byte)((height - 1) >> 8), 0];
        byte[] frame = [0, 0, 0, 0, 0, 0, .. size, 100, 0, 0, 0, .. picture];
        byte[] body =
        [
            .. "WEBP"u8, .. "VP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, .. size,
            .. "ANIM"u8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            .. "ANMF"u8, .. BitConverter.GetBytes(frame.Length), .. frame,
        ];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    private static uint CrcOf(int value)
    {
        var crc = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        return crc;
    }
}
