using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class ManifestTests : IDisposable
{
    private readonly FileKey _key = Sample.NewKey();

    public static TheoryData<string> Names => [
        "", "plain.txt", "../../etc/passwd", @"C:\con\nul.txt", "a\0b", "line\r\nSet-Cookie: x=1", "\u001b[31mred", "\u202egpj.exe", "\u2066a\u2069",
        "e\u0301 and \u00e9", "\ud83d\ude00", "\ufeffbom", "\uffff", new string('x', 4096), new string('\u00e9', 2048)];

    public void Dispose() => _key.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_name_comes_back_as_it_was(string name) => Assert.Equal(name, Reopen(Manifest.Create(name, "text/plain", [])).Name);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_stored_manifest_does_not_show_the_name(string name)
    {
        if (name.Length > 3)
            Assert.DoesNotContain(name, System.Text.Encoding.UTF8.GetString(Seal(Manifest.Create(name, "", []))), StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_come_back_in_order_with_their_attempts()
    {
        var parts = Parts(50, 1000);
        var manifest = Reopen(Manifest.Create("name", "image/png", parts));

        Assert.Equal(("image/png", 50, 50_000L), (manifest.ContentType, manifest.PartCount, manifest.Length));
        Assert.All(parts, part =>
        {
            Assert.Equal((part.Number, part.Length), (manifest.Part(part.Number).Number, manifest.Part(part.Number).Length));
            Assert.Equal(part.Salt.ToArray(), manifest.Part(part.Number).Salt.ToArray());
        });
    }

    [Fact]
    public void The_largest_manifest_has_exactly_the_largest_size()
    {
        var manifest = Manifest.Create(
            new string('n', Manifest.MaxNameBytes), new string('t', Manifest.MaxContentTypeBytes), Parts(PartLayout.MaxParts, PartLayout.MaxPartBytes));

        Assert.Equal(Manifest.MaxSealedBytes, manifest.SealedBytes);
        Assert.Equal(manifest.Length, Reopen(manifest).Length);
    }

    [Fact]
    public void More_than_the_largest_manifest_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Manifest.Create("", "", Parts(PartLayout.MaxParts + 1, 1)));
        Assert.Throws<ArgumentException>(() => Manifest.Create(new string('n', Manifest.MaxNameBytes + 1), "", []));
        Assert.Throws<ArgumentException>(() => Manifest.Create(new string('\u00e9', 2049), "", []));
        Assert.Throws<ArgumentException>(() => Manifest.Create("", new string('t', Manifest.MaxContentTypeBytes + 1), []));
    }

    [Fact]
    public void A_name_that_is_no_valid_Unicode_is_refused() =>
        Assert.All(["\ud83d", "a\ude00b"], name => Assert.Throws<ArgumentException>(() => Manifest.Create(name, "", [])));

    [Fact]
    public void A_part_can_t_be_left_out_doubled_or_moved()
    {
        var parts = Parts(3, 10);

        Assert.Throws<ArgumentException>(() => Manifest.Create("", "", [parts[0], parts[2]]));
        Assert.Throws<ArgumentException>(() => Manifest.Create("", "", [parts[0], parts[0]]));
        Assert.Throws<ArgumentException>(() => Manifest.Create("", "", [parts[1], parts[0]]));
        Assert.Throws<ArgumentException>(() => Manifest.Create("", "", [default]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void There_are_no_parts_but_those(int number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Manifest.Create("", "", Parts(2, 1)).Part(number));

    [Fact]
    public void An_older_manifest_is_told_by_its_fingerprint()
    {
        var (older, newer) = (Seal(Manifest.Create("name", "", Parts(1, 1))), Seal(Manifest.Create("name", "", Parts(1, 1))));

        Assert.Equal("name", Manifest.Open(_key, older).Name);
        Assert.Equal(Manifest.FingerprintBytes, Manifest.Fingerprint(newer).Length);
        Assert.NotEqual(Manifest.Fingerprint(older).ToArray(), Manifest.Fingerprint(newer).ToArray());
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused()
    {
        var manifest = Manifest.Create("name", "", []);

        Assert.Throws<ArgumentException>(() => manifest.Seal(_key, new byte[manifest.SealedBytes - 1]));
    }

    internal static List<PartAttempt> Parts(int count, long length) =>
        [.. Enumerable.Range(1, count).Select(number => new PartAttempt(number, length, Sample.Bytes(PartLayout.SaltBytes)))];

    private Manifest Reopen(Manifest manifest) => Manifest.Open(_key, Seal(manifest));

    private byte[] Seal(Manifest manifest)
    {
        var stored = new byte[manifest.SealedBytes];
        manifest.Seal(_key, stored);
        return stored;
    }
}
