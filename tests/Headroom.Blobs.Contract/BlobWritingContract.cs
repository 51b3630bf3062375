namespace Headroom.Blobs.Contract;

/// <summary>How every store writes and reads. Content and lengths are random by fixed seeds.</summary>
public abstract class BlobWritingContract : IAsyncLifetime
{
    protected const int PartBytes = Content.PartBytes;

    protected IBlobStore Store { get; set; } = null!;

    /// <summary>Another store over the same data, as after a restart. The one before is disposed.</summary>
    protected abstract IBlobStore Open();

    public virtual ValueTask InitializeAsync()
    {
        Store = Open();
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Parts_written_in_any_order_are_read_as_one_object()
    {
        var content = Content.Random((2 * PartBytes) + 12_345, seed: 1);
        var upload = await Store.BeginAsync("any-order", PartBytes);

        var third = await Store.WriteAsync(upload, 2 * PartBytes, content.AsMemory(2 * PartBytes), last: true);
        var first = await Store.WriteAsync(upload, 0, content.AsMemory(0, PartBytes));
        var second = await Store.WriteAsync(upload, PartBytes, content.AsMemory(PartBytes, PartBytes));
        await Store.CompleteAsync(upload, [first, second, third]);

        Assert.Equal(content, await Store.ReadAsync("any-order"));
    }

    [Fact]
    public async Task Parts_may_be_written_in_parallel()
    {
        var content = Content.Random((3 * PartBytes) + 1, seed: 2);
        var upload = await Store.BeginAsync("parallel", PartBytes);

        var parts = await Task.WhenAll(Enumerable.Range(0, 4).Select(n =>
            Store.WriteAsync(
                upload, upload.OffsetOf(n), content.AsMemory(n * PartBytes, Math.Min(PartBytes, content.Length - (n * PartBytes))), last: n == 3)));
        await Store.CompleteAsync(upload, parts);

        Assert.Equal(content, await Store.ReadAsync("parallel"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(PartBytes - 1)]
    [InlineData(PartBytes)]
    [InlineData(PartBytes + 1)]
    public async Task An_object_may_have_any_length(int length)
    {
        var content = Content.Random(length, seed: length);

        await Store.WriteObjectAsync($"length-{length}", content);

        Assert.Equal(content, await Store.ReadAsync($"length-{length}"));
    }

    [Theory]
    [InlineData(700_000, true)]
    [InlineData(700_000, false)]
    [InlineData(6_000_000, true)]
    [InlineData(13_000_000, false)]
    public async Task Bytes_appended_in_pieces_of_any_length_are_joined(int upTo, bool sayWhichIsLast)
    {
        var content = Content.Random(14_000_000, seed: upTo);
        var random = new Random(upTo);
        var key = $"appended-{upTo}-{sayWhichIsLast}";
        var upload = await Store.BeginAsync(key, PartBytes);

        var parts = new List<BlobPart>();
        for (var end = 0; end < content.Length; end = (int)parts[^1].End)
        {
            var length = Math.Min(random.Next(1, upTo), content.Length - end);
            parts.Add(await Store.WriteAsync(upload, end, content.AsMemory(end, length), last: sayWhichIsLast && end + length == content.Length));
        }
        await Store.CompleteAsync(upload, parts);

        Assert.Equal(content, await Store.ReadAsync(key));
    }

    [Fact]
    public async Task An_append_that_was_not_recorded_is_replaced_by_the_next_attempt()
    {
        var content = Content.Random(PartBytes + 3000, seed: 3);
        var upload = await Store.BeginAsync("append-again", PartBytes);
        var first = await Store.WriteAsync(upload, 0, content.AsMemory(0, 1000));
        // As if the server had died before it wrote down either of these.
        await Store.WriteAsync(upload, 1000, Content.Random(5000, seed: 4));
        await Store.WriteAsync(upload, 1000, Content.Random(PartBytes + 5000, seed: 5));

        var second = await Store.WriteAsync(upload, 1000, content.AsMemory(1000, 1000));
        var third = await Store.WriteAsync(upload, 2000, content.AsMemory(2000));
        await Store.CompleteAsync(upload, [first, second, third]);

        Assert.Equal(content, await Store.ReadAsync("append-again"));
    }

    [Fact]
    public async Task Any_range_is_read()
    {
        var content = Content.Random((2 * PartBytes) + 99_999, seed: 6);
        await Store.WriteObjectAsync("ranges", content);
        var random = new Random(7);
        var ranges = Enumerable.Range(0, 20).Select(_ => (Offset: random.Next(content.Length), Length: random.Next(1, 200_000)))
            .Concat([(PartBytes - 1, 2), (PartBytes, 1), (0, content.Length), (content.Length - 1, 500), (0, PartBytes), (PartBytes - 10, PartBytes + 20)]);

        foreach (var (offset, length) in ranges)
            Assert.Equal(content[offset..Math.Min(offset + length, content.Length)], await Store.ReadAsync("ranges", offset, length));
        Assert.Equal(content[(PartBytes + 7)..], await Store.ReadAsync("ranges", PartBytes + 7));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000_000)]
    public async Task At_the_end_and_behind_it_there_is_nothing(int behind)
    {
        await Store.WriteObjectAsync($"behind-{behind}", Content.Random(1000, seed: 8));

        Assert.Empty(await Store.ReadAsync($"behind-{behind}", 1000 + behind, 10));
        Assert.Empty(await Store.ReadAsync($"behind-{behind}", 1000 + behind));
    }

    [Fact]
    public async Task An_unfinished_object_cannot_be_read()
    {
        var upload = await Store.BeginAsync("unfinished", PartBytes);
        await Store.WriteAsync(upload, 0, Content.Random(1000, seed: 9), last: true);

        await Content.FailsAsync(BlobProblem.NotFound, () => Store.OpenReadAsync("unfinished"));
    }

    [Fact]
    public async Task A_part_written_again_is_replaced()
    {
        var upload = await Store.BeginAsync("replaced", PartBytes);
        await Store.WriteAsync(upload, 0, Content.Random(PartBytes, seed: 10), last: true);
        var content = Content.Random(777, seed: 11);

        var part = await Store.WriteAsync(upload, 0, content, last: true);
        await Store.CompleteAsync(upload, [part]);

        Assert.Equal(content, await Store.ReadAsync("replaced"));
    }

    [Fact]
    public async Task A_writer_that_is_not_committed_leaves_what_was_there()
    {
        var content = Content.Random(5000, seed: 12);
        var upload = await Store.BeginAsync("dropped", PartBytes);
        var part = await Store.WriteAsync(upload, 0, content, last: true);

        await using (var writer = await Store.OpenWriteAsync(upload, 0, 100))
            await writer.WriteAsync(new byte[100]);
        await Store.CompleteAsync(upload, [part]);

        Assert.Equal(content, await Store.ReadAsync("dropped"));
    }

    [Fact]
    public async Task The_same_place_is_written_by_one_at_a_time()
    {
        var upload = await Store.BeginAsync("busy", PartBytes);
        await using (await Store.OpenWriteAsync(upload, 0, 100))
            await Content.FailsAsync(BlobProblem.Busy, () => Store.OpenWriteAsync(upload, 0, 100));

        await using var writer = await Store.OpenWriteAsync(upload, 0, 100);
    }

    [Fact]
    public async Task More_than_a_writer_was_opened_for_is_refused()
    {
        var upload = await Store.BeginAsync("too-much", PartBytes);
        await using var writer = await Store.OpenWriteAsync(upload, 0, 10);
        await writer.WriteAsync(new byte[10]);

        await Content.FailsAsync(BlobProblem.TooLarge, () => writer.WriteAsync(new byte[1]).AsTask());

        Assert.Equal(10, (await writer.CommitAsync(last: true)).Length);
    }

    [Fact]
    public async Task A_part_may_be_shorter_than_the_writer_was_opened_for()
    {
        var upload = await Store.BeginAsync("shorter", PartBytes);
        await using var writer = await Store.OpenWriteAsync(upload, 0, PartBytes);
        await writer.WriteAsync(new byte[] { 1, 2, 3 });

        await Store.CompleteAsync(upload, [await writer.CommitAsync(last: true)]);

        Assert.Equal([1, 2, 3], await Store.ReadAsync("shorter"));
    }

    [Fact]
    public async Task A_part_has_at_least_one_byte()
    {
        var upload = await Store.BeginAsync("empty", PartBytes);
        await using var writer = await Store.OpenWriteAsync(upload, 0, 10);

        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CommitAsync());
        await Content.FailsAsync(BlobProblem.Conflict, () => Store.CompleteAsync(upload, []));
    }

    [Fact]
    public async Task Part_10_000_is_taken_and_part_10_001_is_not()
    {
        var upload = await Store.BeginAsync("many", PartBytes);

        var part = await Store.WriteAsync(upload, upload.OffsetOf(9_999), new byte[10], last: true);
        await Content.FailsAsync(BlobProblem.TooLarge, () => Store.OpenWriteAsync(upload, upload.OffsetOf(10_000), 1));

        Assert.Equal([part.Offset], (await Store.ListPartsAsync(upload).ToListAsync()).Select(p => p.Offset));
    }
}
