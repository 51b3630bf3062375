using Headroom.Uploads.Format;
using Headroom.Uploads.Writing;

namespace Headroom.Uploads.Tests.Writing;

public sealed class SegmentBuffersTests
{
    [Fact]
    public void A_buffer_holds_a_segment_with_its_tag()
    {
        using var buffers = new SegmentBuffers();
        using var buffer = buffers.Rent();

        Assert.Equal(PartLayout.EncryptedSegmentBytes, buffer.Memory.Length);
        buffer.Memory.Span.Fill(1);
    }

    [Fact]
    public void A_buffer_that_is_given_back_twice_is_not_given_out_twice()
    {
        using var buffers = new SegmentBuffers();
        var first = buffers.Rent();
        first.Dispose();
        first.Dispose();
        using var second = buffers.Rent();
        using var third = buffers.Rent();

        second.Memory.Span.Fill(2);
        third.Memory.Span.Fill(3);

        Assert.Equal(2, second.Memory.Span[0]);
        Assert.Throws<ObjectDisposedException>(() => first.Memory);
    }

    [Fact]
    public void What_is_in_use_and_what_is_kept_is_counted_in_pages()
    {
        using var buffers = new SegmentBuffers();
        var rented = Enumerable.Range(0, 20).Select(_ => buffers.Rent()).ToList();
        var most = buffers.Bytes;

        rented.ForEach(buffer => buffer.Dispose());

        Assert.InRange(most, 20 * PartLayout.EncryptedSegmentBytes, 20 * (PartLayout.EncryptedSegmentBytes + Environment.SystemPageSize));
        Assert.Equal(SegmentBuffers.Retained.Bytes, buffers.Bytes);
        buffers.Dispose();
        Assert.Equal(0, buffers.Bytes);
    }

    [Fact]
    public void Buffers_may_come_back_after_the_pool_is_gone()
    {
        var buffers = new SegmentBuffers();
        var buffer = buffers.Rent();
        buffers.Dispose();

        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffers.Rent());
    }
}
