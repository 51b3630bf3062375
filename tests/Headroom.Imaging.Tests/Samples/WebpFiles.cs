using System.Buffers.Binary;
using System.Text;

namespace Headroom.Imaging.Tests.Samples;

/// <summary>WebP containers written byte by byte (RFC 9649).</summary>
internal static class WebpFiles
{
    internal const byte HasProfile = 0x20;
    internal const byte HasAlpha = 0x10;
    internal const byte HasExif = 0x08;

    /// <summary>A container of chunks.</summary>
    internal static byte[] Riff(params byte[][] chunks)
    {
        byte[] body = [.. "WEBP"u8, .. chunks.SelectMany(chunk => chunk)];
        return [.. "RIFF"u8, .. LittleEndian(body.Length), .. body];
    }

    internal static byte[] Chunk(string type, ReadOnlySpan<byte> data) =>
        [.. Encoding.ASCII.GetBytes(type), .. LittleEndian(data.Length), .. data, .. new byte[data.Length & 1]];

    internal static byte[] Extended(byte flags, int width, int height) =>
        Chunk("VP8X", [flags, 0, 0, 0, .. LittleEndian(width - 1).AsSpan(0, 3), .. LittleEndian(height - 1).AsSpan(0, 3)]);

    /// <summary>The picture's chunk of a still file.</summary>
    internal static byte[] Picture(byte[] still)
    {
        var start = still.AsSpan().IndexOf("VP8 "u8);
        var length = BinaryPrimitives.ReadInt32LittleEndian(still.AsSpan(start + 4));
        return still[start..(start + 8 + length + (length & 1))];
    }

    /// <summary>A lossy file with metadata of one's own.</summary>
    internal static byte[] WithChunks(byte[] still, int width, int height, byte flags, byte[][] before, params byte[][] after) =>
        Riff([Extended(flags, width, height), .. before, Picture(still), .. after]);

    /// <summary>A lossy file with transparency as bytes: one a pixel, 0 for clear.</summary>
    internal static byte[] WithAlpha(byte[] still, int width, int height, byte[] alpha) =>
        WithChunks(still, width, height, HasAlpha, [Chunk("ALPH", [0, .. alpha])]);

    private static byte[] LittleEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
