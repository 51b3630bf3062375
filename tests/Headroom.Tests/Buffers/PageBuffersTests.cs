using Headroom.Buffers;

namespace Headroom.Tests.Buffers;

public sealed class PageBuffersTests
{
    private const int Bytes = 65_552;

    [Fact]
    public void A_buffer_has_the_length_that_was_asked_for()
    {
        using var buffers = new PageBuffers(Bytes, 1);
        using var buffer = buffers.Rent();

        Assert.Equal(Bytes, buffer.Memory.Length);
        buffer.Memory.Span.Fill(1);
    }

    [Fact]
    public unsafe void A_buffer_begins_with_a_page()
    {
        using var buffers = new PageBuffers(Bytes, 1);
        using var buffer = buffers.Rent();
        using var pinned = buffer.Memory.Pin();

        Assert.Equal(0, (nint)pinned.Pointer % Environment.SystemPageSize);
    }

    [Fact]
    public void A_buffer_that_is_given_back_twice_is_not_given_out_twice()
    {
        using var buffers = new PageBuffers(Bytes, 8);
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
        using var buffers = new PageBuffers(Bytes, 8);
        var rented = Enumerable.Range(0, 20).Select(_ => buffers.Rent()).ToList();
        var most = buffers.Bytes;

        rented.ForEach(buffer => buffer.Dispose());

        Assert.InRange(most, 20 * Bytes, 20 * (Bytes + Environment.SystemPageSize));
        Assert.Equal(buffers.Retained.Bytes, buffers.Bytes);
        Assert.Equal(most * 8 / 20, buffers.Bytes);
        buffers.Dispose();
        Assert.Equal(0, buffers.Bytes);
    }

    [Fact]
    public void Buffers_may_come_back_after_the_pool_is_gone()
    {
        var buffers = new PageBuffers(Bytes, 1);
        var buffer = buffers.Rent();
        buffers.Dispose();

        buffer.Dispose();

        Assert.Equal(0, buffers.Bytes);
        Assert.Throws<ObjectDisposedException>(() => buffers.Rent());
    }
}
