using FsCheck.Fluent;
using Headroom.Keys;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class IndependentDecoderTests
{
    private readonly byte[] _masterKey = Sample.Bytes(32);

    [Fact]
    public void A_decoder_written_from_the_document_reads_whole_files()
    {
        var lengths = Gen.ArrayOf(Gen.OneOf(Gen.Elements(Sample.Lengths), Gen.Choose(0, 200_000)));
        Properties.Hold(
            from l in lengths from name in Gen.Elements("a.txt", "", "ß\0/\u202e") select (l, name), sample => Reads(sample.l, sample.name), cases: 60);
    }

    private bool Reads(int[] lengths, string name)
    {
        using var ring = MasterKeyRing.Parse(Convert.ToBase64String(_masterKey));
        using var key = Sample.NewKey();
        var parts = lengths.Select((length, i) => Sample.Encrypt(key, i + 1, Sample.Bytes(length))).ToList();
        var manifest = Manifest.Create(name, "text/plain", [.. parts.Select(p => p.Attempt)]);
        var stored = new byte[manifest.SealedBytes];
        manifest.Seal(key, stored);

        var fileKey = IndependentDecoder.UnwrapFileKey(_masterKey, key.FileId, ring.Wrap(key));
        var file = IndependentDecoder.DecodeFile(fileKey, key.FileId, stored, [.. parts.Select(p => p.Encrypted)]);

        return file.Name == name && file.ContentType == "text/plain" && file.Content.AsSpan().SequenceEqual(parts.SelectMany(p => p.Plaintext).ToArray());
    }
}
