using FsCheck.Fluent;
using Headroom.Search.Searching;
using Gen = FsCheck.Fluent.Gen;

namespace Headroom.Search.Tests.Searching;

public sealed class FusionTests
{
    [Fact]
    public void A_few_common_words_do_not_outweigh_the_meaning()
    {
        var hits = Fusion.Merge([new WordHit(1, 0.05), new WordHit(3, 0.03)], [new MeaningHit(2, 0, 0.5f), new MeaningHit(1, 0, 0.35f)], [], 10);

        Assert.Equal([2, 1, 3], hits.Select(h => h.Key));
    }

    [Fact]
    public void A_word_that_says_it_all_outweighs_a_vague_meaning()
    {
        var hits = Fusion.Merge([new WordHit(1, 0.9)], [new MeaningHit(2, 0, 0.5f), new MeaningHit(3, 0, 0.45f)], [new MeaningHit(1, 0, 0.3f)], 10);

        Assert.Equal([1, 2, 3], hits.Select(h => h.Key));
        Assert.Equal([((int?)1, (int?)null), (null, 1), (null, 2)], hits.Select(h => (h.KeywordRank, h.SemanticRank)));
    }

    [Fact]
    public void Whatever_was_found_either_way_is_there_once_and_in_order() => Properties.Hold(
        Gen.ListOf(Gen.Choose(1, 30)).SelectMany(words => Gen.ListOf(Gen.Choose(1, 30))
            .SelectMany(meaning => Gen.Choose(1, 40).Select(limit => (Words: words.Distinct().ToList(), Meaning: meaning.Distinct().ToList(), Limit: limit)))),
        found =>
        {
            var hits = Fusion.Merge(
                [.. found.Words.Select((key, i) => new WordHit(key, 1.0 / (i + 1)))],
                [.. found.Meaning.Select((key, i) => new MeaningHit(key, 0, 1f / (i + 2)))],
                [.. found.Words.Except(found.Meaning).Select(key => new MeaningHit(key, 0, -0.1f))],
                found.Limit);
            var all = found.Words.Union(found.Meaning).ToHashSet();
            return hits.Count == Math.Min(found.Limit, all.Count)
                && hits.All(h => all.Remove((int)h.Key))
                && hits.Zip(hits.Skip(1)).All(pair => pair.First.Score >= pair.Second.Score)
                && hits.All(h => h.KeywordRank == Rank(found.Words, h.Key) && h.SemanticRank == Rank(found.Meaning, h.Key));
        });

    private static int? Rank(List<int> keys, long key) => keys.IndexOf((int)key) is >= 0 and var at ? at + 1 : null;
}
