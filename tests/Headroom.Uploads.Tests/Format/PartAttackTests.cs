using FsCheck.Fluent;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class PartAttackTests : IDisposable
{
    private const int Full = PartLayout.SegmentBytes;
    private readonly FileKey _key = Sample.NewKey();
    private readonly FileKey _otherKey = Sample.NewKey();

    public void Dispose()
    {
        _key.Dispose();
        _otherKey.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void Any_flipped_bit_of_a_small_part_is_noticed(int length)
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(length));
        for (var bit = 0; bit < sample.Encrypted.Length * 8; bit++)
            AssertRefused(sample, Flip(sample.Encrypted, bit));
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_a_large_part_is_noticed()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes((2 * Full) + 1000));
        Properties.Hold(Gen.Choose(0, (sample.Encrypted.Length * 8) - 1).ToArbitrary(), bit => Refuses(sample, Flip(sample.Encrypted, bit)));
    }

    [Fact]
    public void A_flipped_bit_in_a_tag_is_noticed()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(2 * Full));
        for (var bit = 0; bit < PartLayout.TagBytes * 8; bit++)
        {
            AssertRefused(sample, Flip(sample.Encrypted, (((int)PartLayout.SegmentOffset(1) - PartLayout.TagBytes) * 8) + bit));
            AssertRefused(sample, Flip(sample.Encrypted, ((sample.Encrypted.Length - PartLayout.TagBytes) * 8) + bit));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(Full)]
    [InlineData((2 * Full) + 40)]
    [InlineData(3 * Full)]
    public void A_cut_part_is_noticed(int length)
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(length));
        foreach (var cut in Cuts(sample.Encrypted.Length))
            AssertRefused(sample, sample.Encrypted[..cut]);
    }

    [Fact]
    public void A_part_that_was_cut_at_a_segment_s_border_does_not_pass_for_a_shorter_one()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(3 * Full));
        var cut = sample.With(sample.Segment(0), sample.Segment(1));

        var exception = Assert.Throws<ContainerException>(() => Sample.Decrypt(_key, new PartAttempt(1, 2 * Full, sample.Attempt.Salt), cut));
        Assert.Equal(ContainerProblem.Damaged, exception.Problem);
    }

    [Fact]
    public void A_part_does_not_pass_for_the_beginning_of_a_longer_one()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(Full));
        var longer = sample.With(sample.Segment(0), sample.Segment(0));

        Assert.Throws<ContainerException>(() => Sample.Decrypt(_key, new PartAttempt(1, 2 * Full, sample.Attempt.Salt), longer));
        Assert.Throws<ContainerException>(() => Sample.Recover(_key, longer));
    }

    [Fact]
    public void The_final_flag_can_t_be_moved()
    {
        var salt = Sample.Bytes(PartLayout.SaltBytes);
        var final = EncryptOne(salt, final: true);
        var notFinal = EncryptOne(salt, final: false);
        using var oneSegment = new PartDecryptor(_key, new PartAttempt(1, Full, salt));
        using var twoSegments = new PartDecryptor(_key, new PartAttempt(1, 2 * Full, salt));
        var plaintext = new byte[Full];

        Assert.Equal(Full, oneSegment.Decrypt(0, final, plaintext));
        Assert.Equal(Full, twoSegments.Decrypt(0, notFinal, plaintext));
        Assert.Throws<ContainerException>(() => oneSegment.Decrypt(0, notFinal, plaintext));
        Assert.Throws<ContainerException>(() => twoSegments.Decrypt(0, final, plaintext));
    }

    [Fact]
    public void Segments_stay_in_their_places()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(4 * Full));
        var places = Gen.ArrayOf(Gen.Choose(0, 3)).Where(p => p.Length < 6 && !p.AsSpan().StartsWith([0, 1, 2, 3]));
        Properties.Hold(places, p => Refuses(sample, sample.With([.. p.Select(sample.Segment)])), cases: 100);
    }

    [Fact]
    public void Any_two_segments_that_change_places_are_noticed()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(4 * Full));
        for (var one = 0; one < 4; one++)
        {
            for (var other = one + 1; other < 4; other++)
            {
                var segments = Enumerable.Range(0, 4).Select(sample.Segment).ToArray();
                (segments[one], segments[other]) = (segments[other], segments[one]);
                AssertRefused(sample, sample.With(segments));
            }
        }
    }

    [Fact]
    public void Bytes_behind_the_last_segment_are_never_read()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(Full + 10));
        byte[] longer = [.. sample.Encrypted, .. sample.Segment(1)];

        Assert.Equal(sample.Plaintext, Sample.Decrypt(_key, sample.Attempt, longer));
        Assert.NotEqual(PartLayout.EncryptedBytes(sample.Attempt.Length), longer.Length);
        Assert.Throws<ContainerException>(() => Sample.Recover(_key, longer));
    }

    [Fact]
    public void Segments_stay_in_their_attempt()
    {
        var plaintext = Sample.Bytes(3 * Full);
        var (one, other) = (Sample.Encrypt(_key, 1, plaintext), Sample.Encrypt(_key, 1, plaintext));

        Assert.Equal(ContainerProblem.WrongKey, Problem(() => Sample.Decrypt(_key, one.Attempt, other.Encrypted)));
        for (var place = 0; place < 3; place++)
            AssertRefused(one, one.With([.. Enumerable.Range(0, 3).Select(s => (s == place ? other : one).Segment(s))]));
    }

    [Fact]
    public void Segments_stay_in_their_part()
    {
        var plaintext = Sample.Bytes(2 * Full);
        var (first, second) = (Sample.Encrypt(_key, 1, plaintext), Sample.Encrypt(_key, 2, plaintext));

        Assert.Equal(ContainerProblem.WrongKey, Problem(() => Sample.Decrypt(_key, first.Attempt, second.Encrypted)));
        AssertRefused(first, first.With(first.Segment(0), second.Segment(1)));
    }

    [Fact]
    public void A_part_is_not_read_under_another_number()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(10));
        var asSecond = new PartAttempt(2, 10, sample.Attempt.Salt);
        var relabelled = sample.Encrypted.ToArray();
        relabelled[7] = 2;

        Assert.Equal(ContainerProblem.WrongKey, Problem(() => Sample.Decrypt(_key, asSecond, sample.Encrypted)));
        Assert.Equal(ContainerProblem.WrongKey, Problem(() => Sample.Decrypt(_key, asSecond, relabelled)));
    }

    [Fact]
    public void Parts_stay_in_their_file()
    {
        var (mine, other) = (Sample.Encrypt(_key, 1, Sample.Bytes(10)), Sample.Encrypt(_otherKey, 1, Sample.Bytes(10)));

        Assert.Equal(ContainerProblem.WrongKey, Problem(() => Sample.Recover(_key, other.Encrypted)));
        AssertRefused(mine, other.Encrypted);
        AssertRefused(mine, mine.With(other.Segment(0)));
    }

    [Fact]
    public void The_same_secret_under_another_file_s_id_is_another_key()
    {
        var secret = Sample.Bytes(32);
        using var one = new FileKey(Guid.NewGuid(), secret);
        using var other = new FileKey(Guid.NewGuid(), secret);
        var sample = Sample.Encrypt(one, 1, Sample.Bytes(10));

        Assert.Equal(ContainerProblem.WrongKey, Problem(() => Sample.Decrypt(other, sample.Attempt, sample.Encrypted)));
    }

    [Fact]
    public void A_segment_of_another_attempt_is_refused_without_the_header_too()
    {
        var (one, other) = (Sample.Encrypt(_key, 1, Sample.Bytes(10)), Sample.Encrypt(_key, 1, Sample.Bytes(10)));
        using var decryptor = new PartDecryptor(_key, one.Attempt);

        Assert.Equal(ContainerProblem.Damaged, Problem(() => decryptor.Decrypt(0, other.Segment(0), new byte[10])));
    }

    [Fact]
    public void Random_bytes_are_no_part() => Properties.Hold(Gen.ArrayOf(Gen.Choose(0, 255)).Select(a => a.Select(i => (byte)i).ToArray()), bytes =>
        Throws(() => Sample.Recover(_key, bytes)) && Throws(() => Sample.Recover(_key, [.. "HRP\u0001\0\0\0\u0001"u8, .. bytes, .. new byte[100]])));

    private static IEnumerable<int> Cuts(int length)
    {
        var borders = Enumerable.Range(0, 5).Select(s => (int)PartLayout.SegmentOffset(s)).Where(b => b <= length);
        return borders.SelectMany(b => new[] { b - 17, b - 16, b - 1, b, b + 1, b + 15, b + 16, b + 17 })
            .Concat(Enumerable.Range(0, PartLayout.HeaderBytes)).Concat([length - 1])
            .Where(cut => cut >= 0 && cut < length).Distinct();
    }

    private static byte[] Flip(byte[] bytes, int bit)
    {
        var flipped = bytes.ToArray();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private byte[] EncryptOne(byte[] salt, bool final)
    {
        using var encryptor = new PartEncryptor(_key, 1, salt);
        var segment = new byte[PartLayout.EncryptedSegmentBytes];
        encryptor.Encrypt(segment.AsSpan(..Full), final, segment);
        return segment;
    }

    private void AssertRefused(Sample sample, byte[] encrypted) => Assert.True(Refuses(sample, encrypted));

    // Both by what was recorded and by what the bytes themselves claim.
    private bool Refuses(Sample sample, byte[] encrypted) =>
        Throws(() => Sample.Decrypt(_key, sample.Attempt, encrypted)) && Throws(() => Sample.Recover(_key, encrypted));

    private static bool Throws(Action action) => Problem(action) is not null;

    private static ContainerProblem? Problem(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ContainerException e)
        {
            return e.Problem;
        }
    }
}
