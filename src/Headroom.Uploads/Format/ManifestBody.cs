using System.Buffers.Binary;
using System.Text;

namespace Headroom.Uploads.Format;

/// <summary>
/// The plaintext of a manifest: one possible encoding for each content. Specified in docs/reference/format.md. Nothing
/// is allocated before the lengths are known to fit what is there.
/// </summary>
internal sealed class ManifestBody
{
    public const int FixedBytes = 16;
    public const int PartBytes = sizeof(long) + PartLayout.SaltBytes;
    public const int MaxNameBytes = 4096;
    public const int MaxContentTypeBytes = 255;
    public const int MaxBytes = FixedBytes + (PartLayout.MaxParts * PartBytes) + MaxNameBytes + MaxContentTypeBytes;
    private const int PartCountAt = 8;
    private const int NameLengthAt = 12;
    private const int ContentTypeLengthAt = 14;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ManifestBody(ReadOnlyMemory<byte> bytes, int partCount, int nameLength)
    {
        var nameAt = FixedBytes + (partCount * PartBytes);
        (Bytes, PartCount) = (bytes, partCount);
        Name = Text(bytes.Span.Slice(nameAt, nameLength), "name");
        ContentType = Text(bytes.Span[(nameAt + nameLength)..], "content type");
        Map = ReadMap();
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public int PartCount { get; }

    public string Name { get; }

    public string ContentType { get; }

    public SegmentMap Map { get; }

    public PartAttempt Part(int number)
    {
        var entry = Bytes.Slice(FixedBytes + ((number - 1) * PartBytes), PartBytes);
        return new PartAttempt(number, BinaryPrimitives.ReadInt64BigEndian(entry.Span), entry[sizeof(long)..]);
    }

    public static ManifestBody Create(string name, string contentType, IReadOnlyList<PartAttempt> parts)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts.Count, PartLayout.MaxParts, nameof(parts));
        var (nameBytes, contentTypeBytes) = (Encode(name, MaxNameBytes), Encode(contentType, MaxContentTypeBytes));
        var bytes = new byte[FixedBytes + (parts.Count * PartBytes) + nameBytes.Length + contentTypeBytes.Length];
        var rest = bytes.AsSpan(FixedBytes);
        var total = 0L;
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i].Number != i + 1)
                throw new ArgumentException($"Part {i + 1} is missing; number {parts[i].Number} stands in its place.", nameof(parts));
            BinaryPrimitives.WriteInt64BigEndian(rest, parts[i].Length);
            parts[i].Salt.Span.CopyTo(rest[sizeof(long)..]);
            rest = rest[PartBytes..];
            total += parts[i].Length;
        }
        nameBytes.CopyTo(rest);
        contentTypeBytes.CopyTo(rest[nameBytes.Length..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes, total);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(PartCountAt), parts.Count);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(NameLengthAt), (ushort)nameBytes.Length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(ContentTypeLengthAt), (ushort)contentTypeBytes.Length);
        return Parse(bytes);
    }

    public static ManifestBody Parse(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < FixedBytes)
            throw Damaged($"it has {span.Length} bytes");
        var partCount = BinaryPrimitives.ReadUInt32BigEndian(span[PartCountAt..]);
        var nameLength = BinaryPrimitives.ReadUInt16BigEndian(span[NameLengthAt..]);
        var contentTypeLength = BinaryPrimitives.ReadUInt16BigEndian(span[ContentTypeLengthAt..]);
        if (partCount > PartLayout.MaxParts || nameLength > MaxNameBytes || contentTypeLength > MaxContentTypeBytes)
            throw Damaged("a length in it is above its limit");
        if (span.Length != FixedBytes + (partCount * PartBytes) + nameLength + contentTypeLength)
            throw Damaged("its lengths don't add up to its size");
        return new ManifestBody(bytes, (int)partCount, nameLength);
    }

    private SegmentMap ReadMap()
    {
        var lengths = new long[PartCount];
        for (var i = 0; i < PartCount; i++)
        {
            lengths[i] = BinaryPrimitives.ReadInt64BigEndian(Bytes.Span[(FixedBytes + (i * PartBytes))..]);
            if (lengths[i] is < 0 or > PartLayout.MaxPartBytes)
                throw Damaged($"part {i + 1} has an impossible length");
        }
        var map = new SegmentMap(lengths);
        return BinaryPrimitives.ReadInt64BigEndian(Bytes.Span) == map.PlaintextBytes
            ? map
            : throw Damaged("its parts don't add up to its total length");
    }

    private static byte[] Encode(string text, int limit)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] bytes;
        try
        {
            bytes = Utf8.GetBytes(text);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"Character {e.Index} is half of a surrogate pair, which UTF-8 can't hold.", nameof(text), e);
        }
        return bytes.Length <= limit
            ? bytes
            : throw new ArgumentException($"The text has {bytes.Length} bytes in UTF-8; at most {limit} fit. Shorten it.", nameof(text));
    }

    private static string Text(ReadOnlySpan<byte> bytes, string what)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Damaged($"its {what} is not UTF-8");
        }
    }

    private static ContainerException Damaged(string why) =>
        new(ContainerProblem.Damaged, $"The manifest can't be read: {why}. Restore it from a copy.");
}
