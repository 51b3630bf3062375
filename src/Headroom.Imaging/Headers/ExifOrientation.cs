using System.Buffers.Binary;

namespace Headroom.Imaging.Headers;

/// <summary>Reads the one tag of EXIF that changes the picture, and nothing else of it (Exif 2.3, 4.6; TIFF 6.0, section 2).</summary>
internal static class ExifOrientation
{
    /// <summary>Neither turned nor mirrored.</summary>
    internal const int Upright = 1;

    private const int HeaderBytes = 8;
    private const int EntryBytes = 12;
    private const int MaxEntries = 256;
    private const ushort Orientation = 0x0112;
    private const ushort Short = 3;

    /// <summary>The orientation, 1 to 8, by the first directory of a block; 1 where it says nothing or nonsense.</summary>
    /// <param name="stream">The file; left anywhere.</param>
    /// <param name="start">Where the block begins, with or without the words «Exif» before the TIFF header.</param>
    /// <param name="length">The block's length in bytes; it lies inside the file.</param>
    internal static int Read(Stream stream, long start, long length)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (!TryFill(stream, start, start + length, header))
            return Upright;
        if (header.StartsWith("Exif\0\0"u8))
            return length > 6 ? ReadTiff(stream, start + 6, start + length) : Upright;
        return ReadTiff(stream, start, start + length);
    }

    private static int ReadTiff(Stream stream, long start, long end)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (!TryFill(stream, start, end, header))
            return Upright;
        var bigEndian = header.StartsWith("MM\0*"u8);
        if (!bigEndian && !header.StartsWith("II*\0"u8))
            return Upright;
        var directory = start + (bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(header[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(header[4..]));
        Span<byte> entry = stackalloc byte[EntryBytes];
        if (!TryFill(stream, directory, end, entry[..2]))
            return Upright;
        var entries = Math.Min(MaxEntries, (int)Number(entry, bigEndian));
        for (var i = 0; i < entries && TryFill(stream, directory + 2 + ((long)i * EntryBytes), end, entry); i++)
        {
            if (Number(entry, bigEndian) == Orientation)
                return Number(entry[2..], bigEndian) == Short && Number(entry[8..], bigEndian) is >= 1 and <= 8 and var value ? value : Upright;
        }

        return Upright;
    }

    private static ushort Number(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static bool TryFill(Stream stream, long offset, long end, Span<byte> bytes)
    {
        if (offset > end - bytes.Length)
            return false;
        stream.Position = offset;
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
    }
}
