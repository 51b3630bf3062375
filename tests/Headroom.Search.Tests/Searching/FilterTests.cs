using FsCheck.Fluent;
using Headroom.Search.Searching;
using Headroom.Search.Tests.Samples;
using Gen = FsCheck.Fluent.Gen;

namespace Headroom.Search.Tests.Searching;

public sealed class FilterTests : IAsyncDisposable
{
    private const int Count = 300;
    private readonly DocumentFolder _documents = new();

    [Theory]
    [InlineData(SearchMode.Keyword)]
    [InlineData(SearchMode.Semantic)]
    [InlineData(SearchMode.Hybrid)]
    public async Task A_filter_lets_through_what_has_one_of_the_values_of_every_field(object mode)
    {
        await FillAsync();

        Properties.Hold(
            Gen.Choose(0, 3).SelectMany(a => Gen.Choose(0, 3).SelectMany(b => Gen.Choose(0, 4).Select(size => (A: a, B: b, Size: size)))),
            wanted =>
            {
                var found = FindAsync((SearchMode)mode, ("size", $"{wanted.Size}"), ("plan", $"{wanted.A}"), ("plan", $"{wanted.B}")).GetAwaiter().GetResult();
                return found.Order(StringComparer.Ordinal).SequenceEqual(Enumerable.Range(0, Count)
                    .Where(i => i % 5 == wanted.Size && (i % 4 == wanted.A || i % 4 == wanted.B))
                    .Select(i => $"d{i}")
                    .Order(StringComparer.Ordinal));
            },
            cases: 40);
    }

    [Theory]
    [InlineData(SearchMode.Keyword)]
    [InlineData(SearchMode.Semantic)]
    [InlineData(SearchMode.Hybrid)]
    public async Task Those_that_match_are_found_however_far_from_the_query_they_are(object mode)
    {
        await FillAsync();
        await _documents.AddAsync("zebras and other words", "far", ("kind", "rare"));
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);

        Assert.Equal(["far"], await FindAsync((SearchMode)mode, ("kind", "rare")));
    }

    [Theory]
    [InlineData("size", "7")]
    [InlineData("no such field", "1")]
    [InlineData("size'; DROP TABLE documents; --", "\"")]
    public async Task What_nothing_has_finds_nothing(string name, string value)
    {
        await FillAsync();

        Assert.Empty(await FindAsync(SearchMode.Hybrid, (name, value)));
    }

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    private Task<IReadOnlyList<string>> FindAsync(SearchMode mode, params (string Name, string Value)[] filter) =>
        _documents.FindAsync("words", mode == SearchMode.Keyword ? null : DocumentFolder.VectorOf("w"), mode, 100, filter);

    private async Task FillAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => _documents.AddAsync("words", $"d{i}", ("plan", $"{i % 4}"), ("size", $"{i % 5}"))));
        await _documents.IndexAsync(DocumentFolder.EmbedFirst);
    }
}
