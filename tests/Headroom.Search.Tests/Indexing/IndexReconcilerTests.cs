using Headroom.Search.Indexing;
using Headroom.Search.Searching;
using Headroom.Search.Tests.Samples;

namespace Headroom.Search.Tests.Indexing;

public sealed class IndexReconcilerTests : IAsyncDisposable
{
    private readonly DocumentFolder _documents = new();

    [Fact]
    public async Task Vectors_that_are_as_recorded_are_left_alone()
    {
        await FillAsync();

        Assert.Equal(0, await ReconcileAsync());
        Assert.Equal((3, 3), (_documents.Index.Count, (int)(await _documents.CountAsync()).Indexed));
    }

    [Fact]
    public async Task Documents_whose_vectors_are_gone_wait_again()
    {
        await FillAsync();
        _documents.Index.Delete();
        _documents.Index.Open();

        Assert.Equal(3, await ReconcileAsync());
        Assert.Equal(["b"], await _documents.FindAsync("bananas", DocumentFolder.VectorOf("b")));
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);

        Assert.Equal(["b"], await _documents.FindAsync("x", DocumentFolder.VectorOf("b"), SearchMode.Semantic, limit: 1));
    }

    [Fact]
    public async Task Vectors_of_nobody_go()
    {
        await FillAsync();
        _documents.Index.Vectors!.Put(Passages.IdOf(77, 0), DocumentFolder.VectorOf("z"));
        _documents.Index.Vectors!.Put(Passages.IdOf(IndexReconciler.RangeKeys + 77L, 3), DocumentFolder.VectorOf("z"));

        Assert.Equal(0, await ReconcileAsync());

        Assert.Equal(3, _documents.Index.Count);
    }

    [Fact]
    public async Task A_damaged_file_is_noticed_and_the_index_begun_again()
    {
        await FillAsync();
        _documents.Index.Close();
        foreach (var file in Directory.EnumerateFiles(_documents.Vectors, "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length > 100))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            for (var i = 8; i < bytes.Length; i += 5)
                bytes[i] ^= 0x5A;
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }

        Assert.Contains("damaged", _documents.Index.Open());
        Assert.Equal(3, await ReconcileAsync());
        Assert.Equal(3, (await _documents.CountAsync()).Pending);
    }

    [Fact]
    public async Task Another_model_begins_with_nothing_and_takes_the_place_of_the_old_one()
    {
        await FillAsync();
        _documents.Index.Close();
        using var other = new MeaningIndex(Path.GetDirectoryName(_documents.Vectors)!, "fedcba9876543210", DocumentFolder.Dimensions + 1);

        Assert.Null(other.Open());

        Assert.Equal(3, await new IndexReconciler(_documents.Queue).RunAsync(other.Vectors!, CancellationToken.None));
        Assert.False(Directory.Exists(_documents.Vectors));
    }

    [Fact]
    public async Task What_somebody_put_beside_the_vectors_stays_when_another_model_comes()
    {
        await FillAsync();
        _documents.Index.Close();
        var search = Path.GetDirectoryName(_documents.Vectors)!;
        string[] theirs = [Path.Combine(_documents.Vectors, "00000001.records.bak"), Path.Combine(search, "before", "00000001.records")];
        Directory.CreateDirectory(Path.Combine(search, "before"));
        foreach (var file in theirs)
            await File.WriteAllTextAsync(file, "a copy", TestContext.Current.CancellationToken);

        using var other = new MeaningIndex(search, "fedcba9876543210", DocumentFolder.Dimensions);
        other.Open();

        Assert.All(theirs, file => Assert.True(File.Exists(file), file));
        Assert.Equal(theirs[..1], Directory.EnumerateFiles(_documents.Vectors));
    }

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    private async Task FillAsync()
    {
        await _documents.AddAsync("apples", "a");
        await _documents.AddAsync("bananas", "b");
        await _documents.AddAsync("cherries", "c");
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);
    }

    private Task<int> ReconcileAsync() => new IndexReconciler(_documents.Queue).RunAsync(_documents.Index.Vectors!, CancellationToken.None);
}
