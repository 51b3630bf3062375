namespace Headroom.Blobs.Contract;

/// <summary>What every store does: how it writes and reads, and how objects are completed, given up, deleted and swept.</summary>
public abstract class BlobStoreContract : BlobWritingContract
{
    [Fact]
    public async Task Completing_needs_what_was_written_and_nothing_else()
    {
        var upload = await Store.BeginAsync("conflict", PartBytes);
        var first = await Store.WriteAsync(upload, 0, Content.Random(PartBytes, seed: 13));
        var second = await Store.WriteAsync(upload, PartBytes, Content.Random(100, seed: 14), last: true);

        await Content.FailsAsync(BlobProblem.Conflict, () => Store.CompleteAsync(upload, [second]));
        await Content.FailsAsync(BlobProblem.Conflict, () => Store.CompleteAsync(upload, [second, first]));
        await Content.FailsAsync(BlobProblem.Conflict, () => Store.CompleteAsync(upload, [first, first]));
        await Content.FailsAsync(BlobProblem.Conflict, () => Store.CompleteAsync(upload, [first, second, second with { Offset = second.End }]));
        await Content.FailsAsync(BlobProblem.NotFound, () => Store.OpenReadAsync("conflict"));

        await Store.CompleteAsync(upload, [first, second]);
    }

    [Fact]
    public async Task Completing_again_is_harmless()
    {
        var content = Content.Random(PartBytes + 10, seed: 15);
        var upload = await Store.BeginAsync("again", PartBytes);
        BlobPart[] parts =
        [
            await Store.WriteAsync(upload, 0, content.AsMemory(0, PartBytes)),
            await Store.WriteAsync(upload, PartBytes, content.AsMemory(PartBytes), last: true),
        ];

        await Store.CompleteAsync(upload, parts);
        await Store.CompleteAsync(upload, parts);

        Assert.Equal(content, await Store.ReadAsync("again"));
    }

    [Fact]
    public async Task An_aborted_upload_is_gone_and_its_writers_fail()
    {
        var upload = await Store.BeginAsync("aborted", PartBytes);
        var part = await Store.WriteAsync(upload, 0, Content.Random(PartBytes, seed: 16));
        var piece = await Store.WriteAsync(upload, PartBytes, Content.Random(1000, seed: 17));
        await using var writer = await Store.OpenWriteAsync(upload, 2 * PartBytes, PartBytes);
        await writer.WriteAsync(Content.Random(PartBytes, seed: 18));

        await Store.AbortAsync(upload.Key, upload.Token);
        await Store.AbortAsync(upload.Key, upload.Token);

        await Content.FailsAsync(BlobProblem.NotFound, () => writer.CommitAsync());
        await Content.FailsAsync(BlobProblem.NotFound, () => Store.CompleteAsync(upload, [part, piece]));
        await Content.FailsAsync(BlobProblem.NotFound, () => Store.ListPartsAsync(upload).ToListAsync());
        Assert.DoesNotContain(await Store.ListAsync().ToListAsync(), e => e.Key == "aborted");
    }

    [Fact]
    public async Task After_a_restart_an_upload_goes_on()
    {
        var content = Content.Random((2 * PartBytes) + 5000, seed: 19);
        var upload = await Store.BeginAsync("resumed", PartBytes);
        var first = await Store.WriteAsync(upload, 0, content.AsMemory(0, PartBytes));
        var second = await Store.WriteAsync(upload, PartBytes, content.AsMemory(PartBytes, 2000));

        await Store.DisposeAsync();
        Store = Open();

        Assert.Equal([first, second], await Store.ListPartsAsync(upload).ToListAsync());
        var third = await Store.WriteAsync(upload, second.End, content.AsMemory((int)second.End));
        await Store.CompleteAsync(upload, [first, second, third]);
        Assert.Equal(content, await Store.ReadAsync("resumed"));
    }

    [Fact]
    public async Task A_deleted_object_is_gone()
    {
        await Store.WriteObjectAsync("deleted", Content.Random(1000, seed: 20));

        await Store.DeleteAsync("deleted");
        await Store.DeleteAsync("deleted");

        await Content.FailsAsync(BlobProblem.NotFound, () => Store.OpenReadAsync("deleted"));
        Assert.DoesNotContain(await Store.ListAsync().ToListAsync(), e => e.Key == "deleted");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(BlobUpload.MaxSmallBytes)]
    public async Task A_small_object_is_written_at_once_and_replaced(int length)
    {
        var key = $"small-{length}";
        var content = Content.Random(length, seed: length);
        await Store.PutAsync(key, Content.Random(500, seed: 21));

        await Store.PutAsync(key, content);

        Assert.Equal(content, await Store.ReadAsync(key));
        Assert.Equal(content[(length / 2)..], await Store.ReadAsync(key, length / 2));
        await Store.DeleteAsync(key);
        await Content.FailsAsync(BlobProblem.NotFound, () => Store.OpenReadAsync(key));
    }

    [Fact]
    public async Task A_large_object_is_not_written_at_once() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.PutAsync("large", new byte[BlobUpload.MaxSmallBytes + 1]));

    [Theory]
    [InlineData("")]
    [InlineData("../outside")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("a~b")]
    [InlineData("a\n")]
    [InlineData("ü")]
    public async Task A_key_that_is_not_a_plain_name_is_refused(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.BeginAsync(key, PartBytes));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutAsync(key, new byte[1]));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenReadAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AbortAsync(key, "token"));
    }

    [Fact]
    public async Task The_sweep_removes_what_is_old_and_unwanted_only()
    {
        await Store.WriteObjectAsync("sweep-wanted", Content.Random(100, seed: 22));
        await Store.WriteObjectAsync("sweep-object", Content.Random(100, seed: 23));
        await Store.PutAsync("sweep-small", new byte[10]);
        var open = await Store.BeginAsync("sweep-open", PartBytes);
        await Store.WriteAsync(open, 0, Content.Random(100, seed: 24));
        ValueTask<bool> IsWanted(BlobEntry entry, CancellationToken cancellationToken) =>
            ValueTask.FromResult(!entry.Key.StartsWith("sweep-", StringComparison.Ordinal) || entry.Key == "sweep-wanted");

        Assert.Equal(0, await Store.SweepAsync(DateTimeOffset.UtcNow.AddHours(-1), IsWanted));
        Assert.InRange(await Store.SweepAsync(DateTimeOffset.UtcNow.AddHours(1), IsWanted), 3, 4);

        Assert.Equal(
            ["sweep-wanted"], (await Store.ListAsync().ToListAsync()).Select(e => e.Key).Where(k => k.StartsWith("sweep-", StringComparison.Ordinal)));
    }
}
