using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class PartEncryptorTests : IDisposable
{
    private readonly FileKey _key = Sample.NewKey();
    private readonly byte[] _segment = new byte[PartLayout.SegmentBytes];
    private readonly byte[] _destination = new byte[PartLayout.EncryptedSegmentBytes];

    public void Dispose() => _key.Dispose();

    [Fact]
    public void What_was_encrypted_comes_back_at_every_length() => Assert.All(Sample.Lengths, length =>
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(length));
        Assert.Equal(length, sample.Attempt.Length);
        Assert.Equal(sample.Plaintext, Sample.Decrypt(_key, sample.Attempt, sample.Encrypted));
    });

    [Fact]
    public void Encrypting_in_place_gives_the_same_bytes()
    {
        var salt = Sample.Bytes(PartLayout.SaltBytes);
        using var apart = new PartEncryptor(_key, 1, salt);
        using var inPlace = new PartEncryptor(_key, 1, salt);
        var buffer = new byte[PartLayout.EncryptedSegmentBytes];
        Sample.Bytes(PartLayout.SegmentBytes).CopyTo(buffer, 0);

        apart.Encrypt(buffer.AsSpan(..PartLayout.SegmentBytes), final: true, _destination);
        inPlace.Encrypt(buffer.AsSpan(..PartLayout.SegmentBytes), final: true, buffer);

        Assert.Equal(_destination, buffer);
    }

    [Fact]
    public void The_same_bytes_encrypted_again_share_no_segment()
    {
        var plaintext = Sample.Bytes(2 * PartLayout.SegmentBytes);
        var (first, second) = (Sample.Encrypt(_key, 1, plaintext), Sample.Encrypt(_key, 1, plaintext));

        Assert.NotEqual(first.Attempt.Salt.ToArray(), second.Attempt.Salt.ToArray());
        Assert.NotEqual(first.Segment(0), second.Segment(0));
        Assert.NotEqual(first.Segment(1), second.Segment(1));
    }

    [Fact]
    public void A_segment_that_is_not_final_must_be_full()
    {
        using var encryptor = new PartEncryptor(_key, 1);

        Assert.Throws<ArgumentException>(() => encryptor.Encrypt(_segment.AsSpan(1), final: false, _destination));
    }

    [Fact]
    public void A_segment_can_t_be_larger_than_64_KiB()
    {
        using var encryptor = new PartEncryptor(_key, 1);

        Assert.Throws<ArgumentException>(() => encryptor.Encrypt(_destination, final: true, new byte[2 * PartLayout.SegmentBytes]));
    }

    [Fact]
    public void A_final_segment_may_be_empty_only_if_it_is_the_first()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        encryptor.Encrypt(_segment, final: false, _destination);

        Assert.Throws<ArgumentException>(() => encryptor.Encrypt([], final: true, _destination));
    }

    [Fact]
    public void Nothing_can_follow_the_final_segment()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        encryptor.Encrypt(_segment, final: true, _destination);

        Assert.Throws<InvalidOperationException>(() => encryptor.Encrypt(_segment, final: true, _destination));
    }

    [Fact]
    public void An_attempt_can_t_be_recorded_before_it_is_complete()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        encryptor.Encrypt(_segment, final: false, _destination);

        Assert.Throws<InvalidOperationException>(() => encryptor.Attempt);
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused_and_costs_no_segment()
    {
        using var encryptor = new PartEncryptor(_key, 1);

        Assert.Throws<ArgumentException>(() => encryptor.Encrypt(_segment, final: true, _segment));
        Assert.Equal(0, encryptor.PlaintextBytes);
        Assert.Equal(PartLayout.EncryptedSegmentBytes, encryptor.Encrypt(_segment, final: true, _destination));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void Parts_are_numbered_from_1_to_10_000(int number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartEncryptor(_key, number));

    [Fact]
    public void Part_10_000_is_a_part_like_any_other()
    {
        var sample = Sample.Encrypt(_key, 10_000, Sample.Bytes(100));

        Assert.Equal(sample.Plaintext, Sample.Recover(_key, sample.Encrypted));
    }

    [Fact]
    public void A_part_ends_after_65_536_segments()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        for (var i = 0; i < PartLayout.MaxSegments - 1; i++)
            encryptor.Encrypt(_segment, final: false, _destination);

        var exception = Assert.Throws<ContainerException>(() => encryptor.Encrypt(_segment, final: false, _destination));
        Assert.Equal(ContainerProblem.TooLong, exception.Problem);
        encryptor.Encrypt(_segment, final: true, _destination);
        Assert.Equal(PartLayout.MaxPartBytes, encryptor.Attempt.Length);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_segment()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        encryptor.Encrypt(_segment, final: false, _destination);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            encryptor.Encrypt(_segment, final: false, _destination);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_disposed_key_starts_no_part_but_lets_others_end()
    {
        var key = Sample.NewKey();
        using var started = new PartEncryptor(key, 1);
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => new PartEncryptor(key, 2));
        Assert.Equal(PartLayout.EncryptedSegmentBytes, started.Encrypt(_segment, final: true, _destination));
    }
}
