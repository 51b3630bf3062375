using Headroom.Buffers;

namespace Headroom.Tests.Buffers;

public sealed class SegmentPoolTests
{
    private const int Segment = SegmentPool.SegmentBytes;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(Segment, 1)]
    [InlineData(Segment + 1, 2)]
    [InlineData(10L * Segment, 10)]
    public void A_body_takes_whole_segments(long length, int segments) => Assert.Equal((long)segments * Segment, SegmentPool.Round(length));

    [Fact]
    public void At_most_the_retained_bytes_are_kept_for_reuse()
    {
        using var pool = new SegmentPool(new ByteSize(3 * Segment + 1));
        Assert.Equal((0, 0L), (pool.Rented, pool.Retained.Bytes));
        var rented = Enumerable.Range(0, 5).Select(_ => pool.Rent()).ToList();
        Assert.Equal((5, 0L), (pool.Rented, pool.Retained.Bytes));

        rented.ForEach(pool.Return);

        Assert.Equal((0, 3L * Segment), (pool.Rented, pool.Retained.Bytes));
        pool.Trim();
        Assert.Equal(0, pool.Retained.Bytes);
    }

    [Fact]
    public void Under_pressure_a_share_is_kept_and_all_of_it_again_afterwards()
    {
        using var pool = new SegmentPool(new ByteSize(4 * Segment));
        Fill();

        pool.Scale = 0.5;
        Assert.Equal(2L * Segment, pool.Retained.Bytes);
        Fill();
        Assert.Equal(2L * Segment, pool.Retained.Bytes);
        pool.Scale = 0;
        Assert.Equal(0, pool.Retained.Bytes);
        pool.Scale = 1;
        Fill();
        Assert.Equal(4L * Segment, pool.Retained.Bytes);

        void Fill() => Enumerable.Range(0, 4).Select(_ => pool.Rent()).ToList().ForEach(pool.Return);
    }

    [Fact]
    public void A_segment_that_came_back_is_used_again()
    {
        using var pool = new SegmentPool(new ByteSize(Segment));
        var first = pool.Rent();
        pool.Return(first);

        Assert.Same(first, pool.Rent());
    }

    [Fact]
    public void A_segment_that_was_freed_cannot_be_touched_any_more()
    {
        using var pool = new SegmentPool(ByteSize.Zero);
        var segment = pool.Rent();
        segment.GetSpan().Fill(1);

        pool.Return(segment);

        Assert.Throws<ObjectDisposedException>(() => segment.GetSpan());
        Assert.Throws<ObjectDisposedException>(() => segment.Pin());
    }

    [Fact]
    public void A_disposed_pool_rents_nothing_and_keeps_nothing()
    {
        var pool = new SegmentPool(new ByteSize(10 * Segment));
        var segment = pool.Rent();
        pool.Return(pool.Rent());

        pool.Dispose();
        pool.Dispose();

        Assert.Throws<ObjectDisposedException>(pool.Rent);
        Assert.Equal((1, 0L), (pool.Rented, pool.Retained.Bytes));
        pool.Return(segment);
        Assert.Equal((0, 0L), (pool.Rented, pool.Retained.Bytes));
    }

    [Fact]
    public async Task Many_threads_share_a_pool()
    {
        using var pool = new SegmentPool(new ByteSize(4 * Segment));

        await Task.WhenAll(Enumerable.Range(1, 8).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                var segment = pool.Rent();
                segment.GetSpan().Fill((byte)worker);
                Assert.Equal(-1, segment.GetSpan().IndexOfAnyExcept((byte)worker));
                pool.Return(segment);
            }
        })));

        Assert.Equal(0, pool.Rented);
        Assert.InRange(pool.Retained.Bytes, Segment, 4 * Segment);
    }
}
