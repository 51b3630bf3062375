using System.Buffers.Binary;

namespace Headroom.Imaging.Headers;

/// <summary>A PNG's IHDR (ISO/IEC 15948, 11.2.2).</summary>
internal readonly record struct PngHeader(int Width, int Height, byte Depth, byte ColourType, bool Interlaced)
{
    /// <summary>The signature and the whole chunk.</summary>
    internal const int Bytes = 8 + 8 + 13 + 4;

    private const byte Grey = 0, Colour = 2, Palette = 3, GreyAlpha = 4, ColourAlpha = 6;

    internal bool HasPalette => ColourType == Palette;

    /// <summary>True if a tRNS chunk may give it transparency.</summary>
    internal bool TakesTransparency => ColourType is Grey or Colour or Palette;

    /// <summary>The bytes of a channel as the codec gives it.</summary>
    internal int BytesPerSample => Depth == 16 ? 2 : 1;

    internal static PngHeader Read(ByteReader reader, SizeLimit limit)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        reader.Fill(bytes);
        var chunk = bytes[8..];
        if (!chunk.StartsWith((ReadOnlySpan<byte>)[0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R']))
            throw ImageException.Corrupt();
        var data = chunk[8..];
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        var (depth, colourType) = (data[8], data[9]);
        if (!IsAllowed(depth, colourType) || data[10] != 0 || data[11] != 0 || data[12] > 1)
            throw ImageException.Corrupt();
        limit.Check(width, height);
        return new PngHeader((int)width, (int)height, depth, colourType, data[12] == 1);
    }

    /// <summary>The channels that the codec gives: palettes are looked up, transparency becomes a channel.</summary>
    internal int Channels(bool transparency) => (transparency ? 1 : 0) + ColourType switch
    {
        Grey => 1,
        GreyAlpha => 2,
        ColourAlpha => 4,
        _ => 3,
    };

    private static bool IsAllowed(byte depth, byte colourType) => colourType switch
    {
        Grey => depth is 1 or 2 or 4 or 8 or 16,
        Palette => depth is 1 or 2 or 4 or 8,
        Colour or GreyAlpha or ColourAlpha => depth is 8 or 16,
        _ => false,
    };
}
