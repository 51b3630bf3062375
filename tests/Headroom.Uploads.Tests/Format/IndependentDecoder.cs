using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Headroom.Uploads.Tests.Format;

/// <summary>
/// A second decoder, written from docs/reference/format.md alone: nothing of the product is used, so that what one
/// misunderstands the other shows.
/// </summary>
internal static class IndependentDecoder
{
    public sealed record File(string Name, string ContentType, byte[] Content);

    public static byte[] UnwrapFileKey(byte[] masterKey, Guid fileId, byte[] record)
    {
        Require(record.Length == 140 && record.AsSpan(0, 4).SequenceEqual("HRK\u0001"u8), "key record");
        var masterKeyId = HKDF.DeriveKey(HashAlgorithmName.SHA256, masterKey, 8, [], "headroom/1/master-key-id"u8.ToArray());
        Require(record.AsSpan(4, 8).SequenceEqual(masterKeyId), "master key id");
        Require(record.AsSpan(12, 16).SequenceEqual(Id(fileId)), "file id");
        return Open(masterKey, record[28..60], [.. "headroom/1/file-key"u8, .. Id(fileId)], record[60..92], new byte[12], record[92..], record[..92]);
    }

    public static File DecodeFile(byte[] fileKey, Guid fileId, byte[] manifest, IReadOnlyList<byte[]> parts)
    {
        Require(manifest.AsSpan(0, 4).SequenceEqual("HRM\u0001"u8) && manifest.AsSpan(4, 16).SequenceEqual(Id(fileId)), "manifest header");
        var body = Open(
            fileKey, manifest[20..52], [.. "headroom/1/manifest"u8, .. Id(fileId)], manifest[52..84], new byte[12], manifest[84..], manifest[..84]);
        var total = BinaryPrimitives.ReadUInt64BigEndian(body);
        var count = (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(8));
        var nameLength = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(12));
        var contentTypeLength = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(14));
        Require(body.Length == 16 + (count * 40) + nameLength + contentTypeLength && parts.Count == count, "manifest lengths");
        var content = new List<byte>();
        for (var i = 0; i < count; i++)
        {
            var entry = body.AsSpan(16 + (i * 40), 40);
            content.AddRange(DecodePart(fileKey, fileId, i + 1, (long)BinaryPrimitives.ReadUInt64BigEndian(entry), entry[8..].ToArray(), parts[i]));
        }
        Require((ulong)content.Count == total, "total length");
        var texts = body.AsSpan(16 + (count * 40));
        return new File(Encoding.UTF8.GetString(texts[..nameLength]), Encoding.UTF8.GetString(texts[nameLength..]), [.. content]);
    }

    public static byte[] DecodePart(byte[] fileKey, Guid fileId, int number, long length, byte[] salt, byte[] part)
    {
        var numberBytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(numberBytes, (uint)number);
        Require(part.AsSpan(0, 4).SequenceEqual("HRP\u0001"u8) && part.AsSpan(4, 4).SequenceEqual(numberBytes), "part header");
        Require(part.AsSpan(8, 16).SequenceEqual(Id(fileId)) && part.AsSpan(24, 32).SequenceEqual(salt), "part header");
        byte[] info = [.. "headroom/1/part"u8, .. Id(fileId), .. numberBytes];
        var plaintext = new List<byte>();
        var (segments, at) = (Math.Max(1, (length + 65_535) / 65_536), 88);
        for (var segment = 0; segment < segments; segment++)
        {
            var nonce = new byte[12];
            BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(7), (uint)segment);
            nonce[11] = (byte)(segment == segments - 1 ? 1 : 0);
            var end = at + (int)Math.Min(65_536, length - (segment * 65_536L)) + 16;
            plaintext.AddRange(Open(fileKey, salt, info, part[56..88], nonce, part[at..end], part[..88]));
            at = end;
        }
        Require(at == part.Length, "part length");
        return [.. plaintext];
    }

    private static byte[] Open(byte[] secret, byte[] salt, byte[] info, byte[] commitment, byte[] nonce, byte[] encrypted, byte[] associated)
    {
        var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 64, salt, info);
        Require(derived.AsSpan(32).SequenceEqual(commitment), "commitment");
        using var gcm = new AesGcm(derived.AsSpan(0, 32), 16);
        var plaintext = new byte[encrypted.Length - 16];
        gcm.Decrypt(nonce, encrypted.AsSpan(0, plaintext.Length), encrypted.AsSpan(plaintext.Length), plaintext, associated);
        return plaintext;
    }

    private static byte[] Id(Guid id) => id.ToByteArray(bigEndian: true);

    private static void Require(bool holds, string what)
    {
        if (!holds)
            throw new InvalidDataException($"The {what} is not as docs/reference/format.md says.");
    }
}
