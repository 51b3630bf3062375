using FsCheck;
using FsCheck.Fluent;
using Headroom.Buffers;

namespace Headroom.Tests.Buffers;

public sealed class SegmentedBufferTests : IDisposable
{
    private const int Segment = SegmentPool.SegmentBytes;

    private readonly SegmentPool _pool = new(new ByteSize(2 * Segment));

    public void Dispose()
    {
        Assert.Equal(0, _pool.Rented);
        _pool.Dispose();
    }

    [Fact]
    public void What_is_written_in_any_chunks_is_read_back_in_any_others()
    {
        var cases =
            from writes in Sizes().NonEmptyListOf()
            from reads in Sizes().NonEmptyListOf()
            select (writes, reads);

        Properties.Hold(cases, c =>
        {
            using var buffer = new SegmentedBuffer(_pool);
            var expected = Write(buffer, c.writes);
            using var stream = buffer.OpenRead();
            var actual = new MemoryStream();
            var chunk = new byte[c.reads.Max() + 1];
            for (var i = 0; stream.Read(chunk, 0, c.reads[i % c.reads.Count] + 1) is var read and > 0; i++)
                actual.Write(chunk, 0, read);
            return buffer.Length == expected.Length
                && buffer.Capacity == SegmentPool.Round(expected.Length)
                && stream.Position == stream.Length
                && actual.ToArray().AsSpan().SequenceEqual(expected);
        }, cases: 60);
    }

    [Fact]
    public void After_any_seek_the_bytes_of_that_place_are_read()
    {
        var seeks =
            from origin in Gen.Elements(SeekOrigin.Begin, SeekOrigin.Current, SeekOrigin.End)
            from place in Gen.Choose(0, 4 * Segment)
            from length in Sizes()
            select (origin, place, length);

        using var buffer = new SegmentedBuffer(_pool);
        var expected = Write(buffer, [3 * Segment + 12_345]);
        using var stream = buffer.OpenRead();

        Properties.Hold(seeks.NonEmptyListOf(), list => list.All(seek =>
        {
            var from = seek.origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => stream.Position, _ => stream.Length };
            Assert.Equal(seek.place, stream.Seek(seek.place - from, seek.origin));
            var chunk = new byte[seek.length];
            var read = stream.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false);
            var there = expected.AsSpan(Math.Min(seek.place, expected.Length));
            return chunk.AsSpan(0, read).SequenceEqual(there[..Math.Min(there.Length, chunk.Length)]) && stream.Position == seek.place + read;
        }));
    }

    [Fact]
    public async Task Reading_asynchronously_gives_the_same_bytes_without_leaving_the_thread()
    {
        using var buffer = new SegmentedBuffer(_pool);
        var expected = Write(buffer, [2 * Segment + 1]);
        await using var stream = buffer.OpenRead();
        var actual = new MemoryStream();

        await stream.CopyToAsync(actual);

        Assert.Equal(expected, actual.ToArray());
        stream.Position = 0;
        Assert.True(stream.ReadAsync(new byte[10]).AsTask().IsCompletedSuccessfully);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadExactlyAsync(new byte[1], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Memory_comes_segment_by_segment_and_goes_back_when_disposed()
    {
        var buffer = new SegmentedBuffer(_pool);
        Assert.Equal((0, 0L), (_pool.Rented, buffer.Capacity));
        Write(buffer, [Segment]);
        Assert.Equal(1, _pool.Rented);
        Write(buffer, [1]);
        Assert.Equal((2, 2L * Segment), (_pool.Rented, buffer.Capacity));
        Write(buffer, [4 * Segment]);
        Assert.Equal(6, _pool.Rented);

        buffer.Dispose();
        buffer.Dispose();

        Assert.Equal((0, 2L * Segment), (_pool.Rented, _pool.Retained.Bytes));
    }

    [Fact]
    public void Free_space_is_never_empty_and_no_more_than_it_may_be_counted()
    {
        using var buffer = new SegmentedBuffer(_pool);

        Assert.Equal(Segment, buffer.GetMemory().Length);
        buffer.Advance(Segment - 1);
        Assert.Equal(1, buffer.GetMemory().Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
        buffer.Advance(1);
        Assert.Equal(Segment, buffer.GetMemory().Length);
    }

    [Fact]
    public void What_another_body_left_in_a_segment_cannot_be_read()
    {
        using (var first = new SegmentedBuffer(_pool))
            Write(first, [Segment]);
        using var second = new SegmentedBuffer(_pool);
        var written = Write(second, [10]);

        Assert.Equal(written, second.Read(0).ToArray());
        Assert.Equal(0, second.Read(10).Length);
        Assert.Equal(0, second.Read(long.MaxValue).Length);
    }

    [Fact]
    public void Places_before_the_start_are_refused()
    {
        using var buffer = new SegmentedBuffer(_pool);
        Write(buffer, [10]);
        using var stream = buffer.OpenRead();

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Read(-1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Seek(-1, SeekOrigin.Begin));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Seek(-11, SeekOrigin.End));
    }

    [Fact]
    public void Reading_is_all_that_the_stream_can_do()
    {
        using var buffer = new SegmentedBuffer(_pool);
        using var stream = buffer.OpenRead();

        Assert.Equal((true, true, false), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(1));
        Assert.Throws<NotSupportedException>(() => stream.WriteByte(1));
    }

    [Fact]
    public void Using_it_after_disposal_throws()
    {
        var buffer = new SegmentedBuffer(_pool);
        Write(buffer, [10]);
        var stream = buffer.OpenRead();

        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.GetMemory());
        Assert.Throws<ObjectDisposedException>(() => buffer.Read(0).Length);
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
    }

    /// <summary>Sizes around a segment's borders as often as others.</summary>
    private static Gen<int> Sizes() =>
        Gen.OneOf(Gen.Choose(1, 500), Gen.Choose(1, 3 * Segment), Gen.Choose(-2, 2).Select(d => Segment + d), Gen.Choose(0, 2).Select(d => 2 * Segment + d));

    private static byte[] Write(SegmentedBuffer buffer, IEnumerable<int> sizes)
    {
        var random = new Random(7);
        var all = new List<byte[]>();
        foreach (var size in sizes)
        {
            var data = new byte[size];
            random.NextBytes(data);
            all.Add(data);
            for (var rest = data.AsMemory(); rest.Length > 0;)
            {
                var memory = buffer.GetMemory();
                var count = Math.Min(memory.Length, rest.Length);
                rest[..count].CopyTo(memory);
                buffer.Advance(count);
                rest = rest[count..];
            }
        }
        return [.. all.SelectMany(data => data)];
    }
}
