using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class PartDecryptorTests : IDisposable
{
    private readonly FileKey _key = Sample.NewKey();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Segments_can_be_read_in_any_order_without_the_header()
    {
        var sample = Sample.Encrypt(_key, 3, Sample.Bytes((4 * PartLayout.SegmentBytes) + 9));
        using var decryptor = new PartDecryptor(_key, sample.Attempt);
        var plaintext = new byte[PartLayout.SegmentBytes];

        Assert.All([4, 0, 2, 2, 3, 1], segment =>
        {
            var length = decryptor.Decrypt(segment, sample.Segment(segment), plaintext);
            Assert.Equal(sample.Plaintext.AsSpan(segment * PartLayout.SegmentBytes, length), plaintext.AsSpan(..length));
        });
    }

    [Fact]
    public void A_stray_part_is_read_with_nothing_but_its_file_s_key() => Assert.All(Sample.Lengths, length =>
    {
        var sample = Sample.Encrypt(_key, 7, Sample.Bytes(length));
        Assert.Equal(_key.FileId, PartHeader.Read(sample.Encrypted).FileId);
        Assert.Equal(sample.Plaintext, Sample.Recover(_key, sample.Encrypted));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_segment_leaves_no_plaintext_behind(bool inPlace)
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(PartLayout.SegmentBytes));
        var segment = sample.Segment(0);
        segment[^1] ^= 1;
        var destination = inPlace ? segment : new byte[PartLayout.SegmentBytes];
        using var decryptor = new PartDecryptor(_key, sample.Attempt);

        Assert.Throws<ContainerException>(() => decryptor.Decrypt(0, segment, destination));
        Assert.All(destination[..PartLayout.SegmentBytes], b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void There_are_no_segments_outside_of_the_part(int segment)
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(PartLayout.SegmentBytes + 1));
        using var decryptor = new PartDecryptor(_key, sample.Attempt);

        Assert.Throws<ArgumentOutOfRangeException>(() => decryptor.Decrypt(segment, sample.Segment(1), new byte[PartLayout.SegmentBytes]));
    }

    [Fact]
    public void An_attempt_that_was_never_made_is_refused() =>
        Assert.Throws<ArgumentException>(() => new PartDecryptor(_key, default));

    [Fact]
    public void Nothing_is_allocated_for_a_segment()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(PartLayout.SegmentBytes));
        var (segment, plaintext) = (sample.Segment(0), new byte[PartLayout.SegmentBytes]);
        using var decryptor = new PartDecryptor(_key, sample.Attempt);
        decryptor.Decrypt(0, segment, plaintext);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            decryptor.Decrypt(0, segment, plaintext);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
