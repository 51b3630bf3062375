using Headroom.Search.Models;
using Headroom.Search.Searching;
using Headroom.Search.Tests.Samples;

namespace Headroom.Search.Tests.Searching;

/// <summary>The default model over texts in which common words speak for the wrong ones.</summary>
public sealed class HybridSearchTests(ModelFixture models) : IAsyncLifetime
{
    private readonly DocumentFolder _documents = new(models.Embedder.Dimensions);

    private static readonly string[] Texts =
    [
        "Please cancel my subscription",
        "How do I stop my neighbour's dog from barking every night?",
        "Every month I do a backup of my photos",
        "How do I get to the airport?",
        "The app crashes when I upload a large photo",
        "Delivery was two weeks late",
        "my parcel never arrived on time",
        "I love the new dashboard",
        "Do I have to stop at every red light?",
        "The printer says ERR-4711 and stops",
        "We would like to order forty chairs for the office",
        "Is there a vegetarian dish on the menu?",
        "The invoice shows the wrong company name",
        "My password does not work any more",
        "Wann kommt der Techniker vorbei?",
    ];

    public async ValueTask InitializeAsync()
    {
        foreach (var text in Texts)
            await _documents.AddAsync(text, $"t{Array.IndexOf(Texts, text)}");
        await _documents.IndexAsync(models.Embedder.EmbedAsync);
    }

    [Theory]
    [InlineData("How do I stop being billed every month?", 0)]
    [InlineData("where is my package", 6)]
    [InlineData("I can't log in", 13)]
    [InlineData("does the restaurant have meals without meat", 11)]
    [InlineData("software quits with big pictures", 4)]
    public async Task The_meaning_wins_over_words_that_everybody_uses(string query, int text)
    {
        Assert.Equal($"t{text}", (await FindAsync(query, SearchMode.Semantic))[0]);
        Assert.Equal($"t{text}", (await FindAsync(query, SearchMode.Hybrid))[0]);
    }

    [Theory]
    [InlineData("ERR-4711", 9)]
    [InlineData("err 4711", 9)]
    [InlineData("Techniker", 14)]
    [InlineData("forty chairs", 10)]
    public async Task A_name_that_is_written_out_is_found_by_it(string query, int text) =>
        Assert.Equal($"t{text}", (await FindAsync(query, SearchMode.Hybrid))[0]);

    [Theory]
    [InlineData("😀😀")]
    [InlineData("!!!")]
    [InlineData("a")]
    public async Task Whatever_is_asked_something_is_nearest(string query) => Assert.Equal(10, (await FindAsync(query, SearchMode.Hybrid)).Count);

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    private async Task<IReadOnlyList<string>> FindAsync(string query, SearchMode mode)
    {
        var vector = (await models.Embedder.EmbedAsync(new[] { query }, TestContext.Current.CancellationToken))[0].Vector;
        SentenceModel.Normalize(vector);
        return await _documents.FindAsync(query, vector, mode);
    }
}
