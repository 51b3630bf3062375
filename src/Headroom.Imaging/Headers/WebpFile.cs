using System.Buffers.Binary;

namespace Headroom.Imaging.Headers;

/// <summary>Walks a WebP's chunks to its end (RFC 9649, chapter 2), and makes a container of its own around the picture.</summary>
/// <remarks>
/// Lossless pictures and lossless transparency are refused: 295 KB can define 65,536 groups of prefix codes, which take
/// 345 MB, and how many there are stands inside the compressed data.
/// </remarks>
internal sealed class WebpFile
{
    private const int MaxChunks = 64;
    private const int ChunkHead = 8;
    private const byte AnimationFlag = 0x02;
    private const byte AlphaFlag = 0x10;

    private readonly Stream _stream;
    private readonly ByteReader _reader;
    private readonly long _end;
    private Range? _picture;
    private Range? _alpha;
    private (int Width, int Height)? _canvas;
    private (int Width, int Height) _size;
    private byte[]? _profile;
    private int? _orientation;

    private WebpFile(Stream stream)
    {
        _stream = stream;
        _reader = new ByteReader(stream);
        Span<byte> head = stackalloc byte[12];
        _reader.Fill(head);
        _end = 8L + BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (_end > stream.Length)
            throw ImageException.Truncated();
    }

    internal static StoredPicture Read(Stream stream, SizeLimit limit)
    {
        var file = new WebpFile(stream);
        var chunks = 0;
        while (file._end - stream.Position >= ChunkHead)
        {
            if (++chunks > MaxChunks)
                throw new ImageException(ImageProblem.Unsupported, $"The WebP has more than {MaxChunks} chunks. Save it without metadata.");
            file.Chunk(limit);
        }

        return file.Describe();
    }

    private void Chunk(SizeLimit limit)
    {
        Span<byte> head = stackalloc byte[ChunkHead];
        _reader.Fill(head);
        var data = new Range(_stream.Position, BinaryPrimitives.ReadUInt32LittleEndian(head[4..]));
        if (data.Length > _end - data.Start)
            throw ImageException.Corrupt();
        var type = head[..4];
        if (type.SequenceEqual("ANIM"u8) || type.SequenceEqual("ANMF"u8))
            throw Animated();
        if (type.SequenceEqual("VP8L"u8))
            throw Lossless();
        if (type.SequenceEqual("VP8X"u8))
            ReadExtended(data);
        else if (type.SequenceEqual("ALPH"u8) && _picture is null)
            ReadAlpha(data);
        else if (type.SequenceEqual("VP8 "u8) && _picture is null)
            ReadFrame(data, limit);
        else if (type.SequenceEqual("ICCP"u8))
            _profile ??= ReadProfile(data);
        else if (type.SequenceEqual("EXIF"u8))
            _orientation ??= ExifOrientation.Read(_stream, data.Start, data.Length);
        _stream.Position = Math.Min(_end, data.Start + data.Length + (data.Length & 1));
    }

    // Flags, 24 reserved bits, then 24 bits each of width − 1 and height − 1.
    private void ReadExtended(Range data)
    {
        if (data.Length < 10 || _canvas is not null)
            throw ImageException.Corrupt();
        Span<byte> bytes = stackalloc byte[10];
        _reader.Fill(bytes);
        if ((bytes[0] & AnimationFlag) != 0)
            throw Animated();
        _canvas = (1 + (bytes[4] | (bytes[5] << 8) | (bytes[6] << 16)), 1 + (bytes[7] | (bytes[8] << 8) | (bytes[9] << 16)));
    }

    // The two lowest bits are the method: 0 for bytes as they are, 1 for the lossless codec.
    private void ReadAlpha(Range data)
    {
        if (data.Length < 1 || _alpha is not null)
            throw ImageException.Corrupt();
        if ((_reader.Byte() & 3) != 0)
            throw Lossless();
        _alpha = data;
    }

    // RFC 6386 section 9.1: a three byte frame tag (its lowest bit is 0 for a key frame), a start code, then 14 bits each of
    // width and height, with two bits before each that say how to enlarge it, which no decoder of still pictures does.
    private void ReadFrame(Range data, SizeLimit limit)
    {
        Span<byte> bytes = stackalloc byte[10];
        if (data.Length < bytes.Length)
            throw ImageException.Corrupt();
        _reader.Fill(bytes);
        if ((bytes[0] & 1) != 0 || !bytes[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
            throw ImageException.Corrupt();
        _size = (BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) & 0x3FFF);
        limit.Check(_size.Width, _size.Height);
        _picture = data;
    }

    private byte[]? ReadProfile(Range data)
    {
        if (data.Length > ColourProfile.MaxBytes)
            return null;
        var profile = new byte[data.Length];
        _reader.Fill(profile);
        return profile;
    }

    private StoredPicture Describe()
    {
        if (_picture is not { } picture || (_canvas is { } canvas && canvas != _size))
            throw ImageException.Corrupt();

        // Transparency belongs to the extended format; elsewhere the codec passes over it.
        var alpha = _canvas is null ? null : _alpha;
        var profile = ColourProfile.ToObey(_profile);
        var channels = alpha is null ? 3 : 4;
        var (width, height) = _size;
        var header = new ImageHeader(
            ImageFormat.WebP, width, height, _orientation ?? ExifOrientation.Upright, Progressive: false,
            alpha is null ? 0 : (long)width * height, (long)width * channels, profile?.Length ?? 0,
            PixelWork.Webp((long)width * height, alpha is not null, profile is not null), _stream.Length);
        return new StoredPicture(header, channels, Container(picture, alpha), profile);
    }

    private IReadOnlyList<FilePart> Container(Range picture, Range? alpha)
    {
        var parts = new KeptParts();
        if (alpha is { } plane)
        {
            Keep(parts, plane);
            parts.Prepend([.. "VP8X"u8, 10, 0, 0, 0, AlphaFlag, 0, 0, 0, .. LessOne(_size.Width), .. LessOne(_size.Height)]);
        }

        Keep(parts, picture);
        var bytes = 4 + (uint)parts.All.Sum(part => part.Length);
        parts.Prepend([.. "RIFF"u8, .. LittleEndian(bytes), .. "WEBP"u8]);
        return parts.All;
    }

    private static void Keep(KeptParts parts, Range data)
    {
        parts.Keep(data.Start - ChunkHead, ChunkHead + data.Length);
        if (data.Length % 2 != 0)
            parts.Add([0]);
    }

    private static byte[] LessOne(int side) => LittleEndian((uint)side - 1)[..3];

    private static byte[] LittleEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static ImageException Animated() => new(
        ImageProblem.Unsupported, "Animated WebP files are not supported. Send a still JPEG, PNG or WebP picture.");

    private static ImageException Lossless() => new(
        ImageProblem.Unsupported,
        "Lossless WebP files, or lossless transparency in one, are not supported. Send a JPEG, a PNG, or a WebP of a quality below 100 without transparency.");

    /// <summary>A chunk's data in the file.</summary>
    private readonly record struct Range(long Start, long Length);
}
