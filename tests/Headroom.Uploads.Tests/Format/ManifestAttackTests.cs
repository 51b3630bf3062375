using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class ManifestAttackTests : IDisposable
{
    private readonly FileKey _key = Sample.NewKey();

    private static Gen<byte[]> AnyBytes { get; } = Gen.ArrayOf(Gen.Choose(0, 255).Select(i => (byte)i));

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Any_flipped_bit_is_noticed()
    {
        var stored = Seal("name", 3);
        for (var bit = 0; bit < stored.Length * 8; bit++)
        {
            var flipped = stored.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotNull(Problem(flipped));
        }
    }

    [Fact]
    public void A_manifest_that_was_cut_anywhere_is_noticed()
    {
        var stored = Seal("name", 3);
        for (var length = 0; length < stored.Length; length++)
            Assert.NotNull(Problem(stored[..length]));
    }

    [Fact]
    public void Bytes_behind_a_manifest_are_noticed()
    {
        Assert.Equal(ContainerProblem.Damaged, Problem([.. Seal("name", 3), 0]));
        Assert.Equal(ContainerProblem.TooLong, Problem([.. Seal("name", 3), .. new byte[Manifest.MaxSealedBytes]]));
    }

    [Fact]
    public void A_manifest_of_another_file_is_noticed()
    {
        using var other = Sample.NewKey();
        using var renamed = new FileKey(Guid.NewGuid(), Sample.Bytes(32));
        using var original = new FileKey(_key.FileId, Sample.Bytes(32));

        Assert.Equal(ContainerProblem.WrongKey, Problem(Seal("name", 1, other)));
        Assert.Equal(ContainerProblem.WrongKey, Problem(Seal("name", 1, original)));
        Assert.Throws<ContainerException>(() => Manifest.Open(renamed, Seal("name", 1, original)));
    }

    [Fact]
    public void Random_bytes_are_no_manifest()
    {
        var framed =
            from magic in Gen.Elements("HRM\u0001", "HRM\u0002", "", "HRP\u0001")
            from bytes in AnyBytes
            from padding in Gen.Elements(0, 100, 500)
            select (byte[])[.. System.Text.Encoding.ASCII.GetBytes(magic), .. bytes, .. new byte[padding]];
        Properties.Hold(framed, bytes => Problem(bytes) is not null, cases: 1000);
    }

    [Fact]
    public void Random_bodies_give_a_manifest_or_a_clean_error_and_allocate_little() =>
        Properties.Hold(AnyBytes, body => ParsesOrRefuses(body), cases: 2000);

    [Fact]
    public void Bodies_with_random_lengths_in_them_give_a_manifest_or_a_clean_error_and_allocate_little()
    {
        var field = Gen.Elements(0, 1, 2, 4096, 4097, 10_000, 10_001, 65_535, int.MaxValue, -1, int.MinValue);
        var bodies =
            from total in field
            from count in field
            from name in field
            from type in field
            from rest in AnyBytes
            select Body(total, count, name, type, rest);
        Properties.Hold(bodies, body => ParsesOrRefuses(body), cases: 2000);
    }

    [Fact]
    public void Changed_bodies_of_real_manifests_give_a_manifest_or_a_clean_error()
    {
        var body = ManifestBody.Create("näme", "text/plain", ManifestTests.Parts(4, 77)).Bytes.ToArray();
        var changes =
            from at in Gen.Choose(0, body.Length - 1)
            from value in Gen.Choose(0, 255)
            from cut in Gen.Choose(0, body.Length)
            select Change(body, at, (byte)value, cut);
        Properties.Hold(changes, changed => ParsesOrRefuses(changed), cases: 2000);
    }

    [Fact]
    public void Every_content_has_one_encoding()
    {
        var body = ManifestBody.Create("name", "", ManifestTests.Parts(2, 5)).Bytes.ToArray();
        for (var at = 0; at < body.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = Change(body, at, (byte)(body[at] ^ (1 << bit)), body.Length);
                if (Parse(changed) is { } parsed)
                    Assert.Equal(
                        changed,
                        ManifestBody.Create(parsed.Name, parsed.ContentType, [.. Enumerable.Range(1, parsed.PartCount).Select(parsed.Part)]).Bytes.ToArray());
            }
        }
    }

    [Theory]
    [InlineData(10_001, 0)]
    [InlineData(-1, 0)]
    [InlineData(0, 4097)]
    [InlineData(107_374_182, 0)]
    public void Lengths_above_their_limits_are_refused_before_anything_is_made_of_them(int partCount, int nameLength)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(Parse(Body(0, partCount, nameLength, 0, [])));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Theory]
    [InlineData(-1L, 0L)]
    [InlineData(4_294_967_297L, 0L)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Impossible_part_lengths_are_refused(long one, long other)
    {
        var body = new byte[ManifestBody.FixedBytes + (2 * ManifestBody.PartBytes)];
        BinaryPrimitives.WriteInt64BigEndian(body, unchecked(one + other));
        body[11] = 2;
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(ManifestBody.FixedBytes), one);
        BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(ManifestBody.FixedBytes + ManifestBody.PartBytes), other);

        Assert.Null(Parse(body));
    }

    [Fact]
    public void A_name_that_is_not_UTF_8_is_refused() => Assert.Null(Parse(Body(0, 0, 2, 0, [0xc0, 0x80])));

    private static byte[] Body(int total, int count, int name, int type, byte[] rest)
    {
        var body = new byte[ManifestBody.FixedBytes + rest.Length];
        BinaryPrimitives.WriteInt64BigEndian(body, total);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(8), count);
        BinaryPrimitives.WriteInt16BigEndian(body.AsSpan(12), unchecked((short)name));
        BinaryPrimitives.WriteInt16BigEndian(body.AsSpan(14), unchecked((short)type));
        rest.CopyTo(body, ManifestBody.FixedBytes);
        return body;
    }

    private static byte[] Change(byte[] body, int at, byte value, int length)
    {
        var changed = body.ToArray();
        changed[at] = value;
        return changed[..length];
    }

    private static bool ParsesOrRefuses(byte[] body)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = Parse(body);
        return GC.GetAllocatedBytesForCurrentThread() - before < 20_000;
    }

    private static ManifestBody? Parse(byte[] body)
    {
        try
        {
            return ManifestBody.Parse(body);
        }
        catch (ContainerException)
        {
            return null;
        }
    }

    private ContainerProblem? Problem(byte[] stored)
    {
        try
        {
            Manifest.Open(_key, stored);
            return null;
        }
        catch (ContainerException e)
        {
            return e.Problem;
        }
    }

    private byte[] Seal(string name, int parts, FileKey? key = null)
    {
        var manifest = Manifest.Create(name, "text/plain", ManifestTests.Parts(parts, 5));
        var stored = new byte[manifest.SealedBytes];
        manifest.Seal(key ?? _key, stored);
        return stored;
    }
}
