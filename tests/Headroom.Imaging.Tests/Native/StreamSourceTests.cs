using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Native;

public sealed class StreamSourceTests
{
    private readonly ImageDecoder _decoder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(5_000)]
    public void What_a_stream_throws_reaches_the_caller(int after)
    {
        foreach (var file in new[] { Sample.Jpeg(800, 600), Sample.Png(400, 300), Sample.Webp(1200, 900) })
        {
            var header = _decoder.Header(file);
            using var stream = new FaultyStream(file, after, () => throw new IOException("the disk is gone"));
            Assert.Equal("the disk is gone", Assert.Throws<IOException>(() => _decoder.Decode(stream, header)).Message);
        }
    }

    [Fact]
    public void A_stream_that_times_out_while_the_header_is_read_is_no_broken_file()
    {
        using var stream = new FaultyStream(Sample.Jpeg(800, 600), 20, () => throw new TimeoutException());
        Assert.Throws<TimeoutException>(() => _decoder.ReadHeader(stream));
    }

    [Fact]
    public void A_stream_that_gives_one_byte_at_a_time_is_decoded_all_the_same()
    {
        foreach (var file in new[] { Sample.Jpeg(120, 90), Sample.Png(60, 40), Sample.Webp(60, 40) })
        {
            using var slow = new FaultyStream(file, int.MaxValue, () => { }, atMost: 1);
            using var image = _decoder.Decode(slow, _decoder.Header(file));
            using var expected = _decoder.Decode(file);
            Assert.True(image.Pixels.SequenceEqual(expected.Pixels));
        }
    }

    [Fact]
    public void A_cancelled_decode_stops_at_the_next_read()
    {
        using var cancellation = new CancellationTokenSource();
        var file = Sample.Jpeg(1600, 1200, "Q", "95");
        var header = _decoder.Header(file);
        using var stream = new FaultyStream(file, 20_000, cancellation.Cancel);
        Assert.ThrowsAny<OperationCanceledException>(() => _decoder.Decode(stream, header, cancellation.Token));

        // Our own look at its structure was the only one.
        Assert.True(stream.BytesRead < file.Length * 3 / 2, $"{stream.BytesRead} of {file.Length}");
    }

    [Fact]
    public void A_decode_that_is_cancelled_before_it_begins_reads_nothing()
    {
        var file = Sample.Jpeg(40, 30);
        var header = _decoder.Header(file);
        using var stream = new FaultyStream(file, int.MaxValue, () => { });
        Assert.ThrowsAny<OperationCanceledException>(() => _decoder.Decode(stream, header, new CancellationToken(canceled: true)));
        Assert.Equal(0, stream.BytesRead);
    }
}
