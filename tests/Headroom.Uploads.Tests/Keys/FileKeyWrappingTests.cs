using FsCheck.Fluent;
using Headroom.Keys;
using Headroom.Uploads.Keys;
using Headroom.Uploads.Tests.Format;

namespace Headroom.Uploads.Tests.Keys;

public sealed class FileKeyWrappingTests : IDisposable
{
    private readonly string _old = NewKey();
    private readonly string _new = NewKey();
    private readonly FileKey _key = Sample.NewKey();
    private readonly Sample _sample;

    public FileKeyWrappingTests() => _sample = Sample.Encrypt(_key, 1, Sample.Bytes(100));

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_wrapped_key_reads_the_file()
    {
        using var ring = MasterKeyRing.Parse(_old);
        using var key = ring.Unwrap(_key.FileId, ring.Wrap(_key));

        Assert.Equal(_sample.Plaintext, Sample.Recover(key, _sample.Encrypted));
    }

    [Fact]
    public void After_a_rotation_old_files_stay_readable_and_new_ones_use_the_new_key()
    {
        using var before = MasterKeyRing.Parse(_old);
        using var after = MasterKeyRing.Parse($"{_new}\n{_old}");
        var wrapped = before.Wrap(_key);
        using var key = after.Unwrap(_key.FileId, wrapped);

        Assert.Equal(_sample.Plaintext, Sample.Recover(key, _sample.Encrypted));
        Assert.NotEqual(before.Current, after.Current);
        Assert.Equal([after.Current, before.Current], after.Ids);
        Assert.False(after.IsCurrent(wrapped));
        Assert.True(after.IsCurrent(after.Wrap(_key)));
    }

    [Fact]
    public void A_re_wrapped_key_reads_the_untouched_file_without_the_old_master_key()
    {
        using var before = MasterKeyRing.Parse(_old);
        using var both = MasterKeyRing.Parse($"{_new} {_old}");
        using var after = MasterKeyRing.Parse(_new);
        using var key = after.Unwrap(_key.FileId, both.Rewrap(_key.FileId, before.Wrap(_key)));

        Assert.Equal(_sample.Plaintext, Sample.Recover(key, _sample.Encrypted));
    }

    [Fact]
    public void A_missing_master_key_is_named()
    {
        using var before = MasterKeyRing.Parse(_old);
        using var after = MasterKeyRing.Parse(_new);

        var exception = Assert.Throws<MasterKeyException>(() => after.Unwrap(_key.FileId, before.Wrap(_key)));
        Assert.Contains(before.Current.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_flipped_bit_of_a_wrapped_key_is_noticed()
    {
        using var ring = MasterKeyRing.Parse($"{_new},{_old}");
        var wrapped = ring.Wrap(_key);
        for (var bit = 0; bit < wrapped.Length * 8; bit++)
        {
            var flipped = wrapped.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(Refuses(ring, flipped));
        }
    }

    [Fact]
    public void A_wrapped_key_of_any_other_length_is_refused()
    {
        using var ring = MasterKeyRing.Parse(_old);
        var wrapped = ring.Wrap(_key);
        for (var length = 0; length < wrapped.Length; length++)
            Assert.Equal(ContainerProblem.Truncated, Assert.Throws<ContainerException>(() => ring.Unwrap(_key.FileId, wrapped.AsSpan(..length))).Problem);
        Assert.Equal(ContainerProblem.TooLong, Assert.Throws<ContainerException>(() => ring.Unwrap(_key.FileId, [.. wrapped, 0])).Problem);
    }

    [Fact]
    public void A_wrapped_key_stays_with_its_file()
    {
        using var ring = MasterKeyRing.Parse(_old);
        using var other = Sample.NewKey();
        var wrapped = ring.Wrap(other);
        var relabelled = wrapped.ToArray();
        _key.FileId.TryWriteBytes(relabelled.AsSpan(12), bigEndian: true, out _);

        Assert.Equal(ContainerProblem.WrongKey, Assert.Throws<ContainerException>(() => ring.Unwrap(_key.FileId, wrapped)).Problem);
        Assert.Equal(ContainerProblem.WrongKey, Assert.Throws<ContainerException>(() => ring.Unwrap(_key.FileId, relabelled)).Problem);
    }

    [Fact]
    public void Random_bytes_are_no_wrapped_key()
    {
        using var ring = MasterKeyRing.Parse(_old);
        Properties.Hold(Gen.ArrayOf(Gen.Choose(0, 255)), bytes => Refuses(
            ring, [.. "HRK\u0001"u8, .. bytes.Select(b => (byte)b).Concat(new byte[KeyRecord.Bytes]).Take(KeyRecord.Bytes - 4)]));
    }

    [Fact]
    public void Wrapping_the_same_key_again_gives_other_bytes()
    {
        using var ring = MasterKeyRing.Parse(_old);

        Assert.NotEqual(ring.Wrap(_key), ring.Wrap(_key));
    }

    [Fact]
    public void A_disposed_key_or_ring_wraps_nothing()
    {
        using var ring = MasterKeyRing.Parse(_old);
        var key = Sample.NewKey();
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ring.Wrap(key));
        ring.Dispose();
        Assert.Throws<ObjectDisposedException>(() => ring.Wrap(_key));
    }

    private static string NewKey() => Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    private bool Refuses(MasterKeyRing ring, byte[] wrapped)
    {
        try
        {
            ring.Unwrap(_key.FileId, wrapped).Dispose();
            return false;
        }
        catch (Exception e) when (e is ContainerException or MasterKeyException)
        {
            return true;
        }
    }
}
