using System.Buffers.Binary;

namespace Headroom.Imaging.Headers;

/// <summary>Walks a PNG's chunks to its end (ISO/IEC 15948, chapters 5 and 11).</summary>
/// <remarks>
/// Kept are the header, the palette, transparency and the pixels. Text and profiles are compressed: 300 KB of them were
/// seen to make a header reader take 1.2 GB. EXIF was seen to take 361 MB for 1.4.
/// </remarks>
internal sealed class PngFile
{
    private const int MaxOtherChunks = 256;

    /// <summary>Encoders write 4 to 64 KB in each.</summary>
    private const int MaxPixelChunks = 65_536;

    /// <summary>A chunk's length, type and checksum.</summary>
    private const int Frame = 12;

    private const int MaxPaletteBytes = 3 * 256;
    private const int MaxTransparencyBytes = 256;
    private static readonly byte[] End = [0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    private readonly Stream _stream;
    private readonly ByteReader _reader;
    private readonly PngHeader _header;
    private readonly KeptParts _parts = new();
    private byte[]? _profile;
    private int? _orientation;
    private bool _hasPalette;
    private bool _hasTransparency;
    private int _pixelChunks;
    private bool _afterPixels;
    private int _otherChunks;

    private PngFile(Stream stream, SizeLimit limit)
    {
        _stream = stream;
        _reader = new ByteReader(stream);
        _header = PngHeader.Read(_reader, limit);
        _parts.Keep(0, PngHeader.Bytes);
    }

    internal static StoredPicture Read(Stream stream, SizeLimit limit)
    {
        var file = new PngFile(stream, limit);
        while (file.Chunk())
        {
            // One chunk a time.
        }

        return file.Describe();
    }

    // False at the last one.
    private bool Chunk()
    {
        Span<byte> head = stackalloc byte[8];
        var start = _stream.Position;
        _reader.Fill(head);
        long length = BinaryPrimitives.ReadUInt32BigEndian(head);
        var type = head[4..];
        if (type.SequenceEqual("IEND"u8))
            return false;
        if (length + 4 > _stream.Length - _stream.Position)
            throw ImageException.Truncated();
        if (type.SequenceEqual("IDAT"u8))
            Pixels(start, length);
        else
            Other(type, start, length);
        _stream.Position = start + Frame + length;
        return true;
    }

    private void Pixels(long start, long length)
    {
        if (_afterPixels || (_header.HasPalette && !_hasPalette))
            throw ImageException.Corrupt();
        if (++_pixelChunks > MaxPixelChunks)
            throw new ImageException(ImageProblem.Unsupported, $"The PNG has its pixels in more than {MaxPixelChunks} pieces. Save it again, or as a JPEG.");
        _parts.Keep(start, Frame + length);
    }

    private void Other(ReadOnlySpan<byte> type, long start, long length)
    {
        _afterPixels = _pixelChunks > 0;
        if (++_otherChunks > MaxOtherChunks)
        {
            throw new ImageException(
                ImageProblem.Unsupported, $"The PNG has more than {MaxOtherChunks} pieces of metadata. Save it without metadata.");
        }

        if (type.SequenceEqual("eXIf"u8))
            _orientation ??= ExifOrientation.Read(_stream, start + 8, length);
        else if (!_afterPixels)
            BeforePixels(type, start, length);
    }

    private void BeforePixels(ReadOnlySpan<byte> type, long start, long length)
    {
        if (type.SequenceEqual("iCCP"u8))
        {
            _profile ??= PngProfile.Read(_reader, length);
        }
        else if (type.SequenceEqual("PLTE"u8) && _header.HasPalette && !_hasPalette)
        {
            if (length is 0 or > MaxPaletteBytes || length % 3 != 0)
                throw ImageException.Corrupt();
            _hasPalette = true;
            _parts.Keep(start, Frame + length);
        }
        else if (type.SequenceEqual("tRNS"u8) && _header.TakesTransparency && !_hasTransparency)
        {
            if (length is 0 or > MaxTransparencyBytes)
                throw ImageException.Corrupt();
            _hasTransparency = true;
            _parts.Keep(start, Frame + length);
        }
    }

    private StoredPicture Describe()
    {
        if (_pixelChunks == 0)
            throw ImageException.Corrupt();
        _parts.Add(End);
        var profile = ColourProfile.ToObey(_profile);
        var channels = _header.Channels(_hasTransparency);
        var rowBytes = (long)_header.Width * channels * _header.BytesPerSample;
        var transparent = channels is 2 or 4;
        var passes = PixelWork.Png(
            (long)_header.Width * _header.Height, rowBytes * _header.Height, _header.BytesPerSample > 1, transparent, _header.Interlaced, profile is not null);
        var header = new ImageHeader(
            ImageFormat.Png, _header.Width, _header.Height, _orientation ?? ExifOrientation.Upright, _header.Interlaced,
            _header.Interlaced ? rowBytes * _header.Height : 0, rowBytes, profile?.Length ?? 0, passes, _stream.Length);
        return new StoredPicture(header, channels, _parts.All, profile);
    }
}
