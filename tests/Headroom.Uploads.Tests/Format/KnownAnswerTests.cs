using System.Security.Cryptography;
using Headroom.Keys;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class KnownAnswerTests : IDisposable
{
    private readonly KnownAnswers _known = KnownAnswers.Read();
    private readonly FileKey _key;
    private readonly MasterKeyRing _ring;

    public KnownAnswerTests()
    {
        _key = new FileKey(_known.FileId, Convert.FromHexString(_known.FileKey));
        _ring = MasterKeyRing.Parse(Convert.ToBase64String(Convert.FromHexString(_known.MasterKey)));
    }

    public void Dispose()
    {
        _key.Dispose();
        _ring.Dispose();
    }

    [Fact]
    public void A_master_key_has_the_known_id() => Assert.Equal(_known.MasterKeyId, _ring.Current.ToString());

    [Fact]
    public void A_file_key_is_wrapped_to_the_known_bytes() =>
        Assert.Equal(_known.KeyRecord.Record, Hex(_ring.Wrap(_key, Convert.FromHexString(_known.KeyRecord.Salt))));

    [Fact]
    public void The_known_key_record_holds_the_file_key()
    {
        using var unwrapped = _ring.Unwrap(_known.FileId, Convert.FromHexString(_known.KeyRecord.Record));

        Assert.Equal(Encrypt(unwrapped, _known.Parts[0]), Encrypt(_key, _known.Parts[0]));
    }

    [Fact]
    public void Parts_are_encrypted_to_the_known_bytes() => Assert.All(_known.Parts.Concat(_known.OtherAttempts), part =>
    {
        var encrypted = Encrypt(_key, part);
        Assert.Equal(part.Header, Hex(encrypted.AsSpan(..PartLayout.HeaderBytes)));
        Assert.Equal(part.EncryptedLength, encrypted.Length);
        Assert.Equal(part.Tags, Enumerable.Range(0, part.Tags.Length).Select(segment => Hex(Tag(encrypted, segment))));
        Assert.Equal(part.EncryptedSha256, Hex(SHA256.HashData(encrypted)));
        Assert.Equal(part.Encrypted ?? Hex(encrypted), Hex(encrypted));
    });

    [Fact]
    public void Manifests_are_encrypted_to_the_known_bytes() => Assert.All(_known.Manifests, known =>
    {
        var manifest = Manifest.Create(known.Name, known.ContentType, [.. _known.Parts.Take(known.PartCount).Select(Attempt)]);
        var stored = new byte[manifest.SealedBytes];
        manifest.Seal(_key, stored, Convert.FromHexString(known.Salt));
        Assert.Equal(known.Bytes, Hex(stored));
    });

    [Fact]
    public void The_known_manifests_hold_what_they_should() => Assert.All(_known.Manifests, known =>
    {
        var manifest = Manifest.Open(_key, Convert.FromHexString(known.Bytes));
        Assert.Equal((known.Name, known.ContentType, known.PartCount), (manifest.Name, manifest.ContentType, manifest.PartCount));
        Assert.Equal(_known.Parts.Take(known.PartCount).Sum(part => part.Length), manifest.Length);
        Assert.All(_known.Parts.Take(known.PartCount), part => Assert.Equal(part.Salt, Hex(manifest.Part(part.Number).Salt.Span)));
    });

    [Fact]
    public void The_independent_decoder_reads_the_known_bytes()
    {
        var fileKey = IndependentDecoder.UnwrapFileKey(Convert.FromHexString(_known.MasterKey), _known.FileId, Convert.FromHexString(_known.KeyRecord.Record));
        var known = _known.Manifests[^1];

        var file = IndependentDecoder.DecodeFile(
            fileKey, _known.FileId, Convert.FromHexString(known.Bytes), [.. _known.Parts.Select(part => Encrypt(_key, part))]);

        Assert.Equal(_known.FileKey, Hex(fileKey));
        Assert.Equal(known.Name, file.Name);
        Assert.Equal(_known.Parts.SelectMany(part => KnownAnswers.Plaintext(part.Length)), file.Content);
    }

    private static byte[] Encrypt(FileKey key, KnownAnswers.Part part)
    {
        using var encryptor = new PartEncryptor(key, part.Number, Convert.FromHexString(part.Salt));
        return Sample.Encrypt(encryptor, KnownAnswers.Plaintext(part.Length));
    }

    private static PartAttempt Attempt(KnownAnswers.Part part) => new(part.Number, part.Length, Convert.FromHexString(part.Salt));

    private static ReadOnlySpan<byte> Tag(byte[] encrypted, int segment)
    {
        var end = (int)Math.Min(encrypted.Length, PartLayout.SegmentOffset(segment + 1));
        return encrypted.AsSpan(end - PartLayout.TagBytes, PartLayout.TagBytes);
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
