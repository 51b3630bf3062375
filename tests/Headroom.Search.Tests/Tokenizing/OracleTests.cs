using Headroom.Search.Tokenizing;

namespace Headroom.Search.Tests.Tokenizing;

/// <summary>Our tokenizers beside npm's @huggingface/tokenizers over a few thousand texts.</summary>
public sealed class OracleTests
{
    private const int Seed = 20_261_121;
    private const int Unlimited = 1 << 20;

    private static readonly IReadOnlyList<string> Samples = Texts.Generate(Seed, 3000);
    private static readonly Lazy<(int[][] Unigram, int[][] WordPiece, int[][] Cased)> Expected = new(() => Oracle.Encode(Samples));

    [Fact]
    public void Unigram_gives_the_same_ids() =>
        Compare(new UnigramTokenizer(Vocabularies.Unigram, Vocabularies.Tables, Unlimited), Expected.Value.Unigram, _ => true, ids => ids);

    /// <summary>
    /// Left out: a capital sigma, which JavaScript lowers by its place in the word and the models' own tokenizer does not.
    /// </summary>
    [Fact]
    public void WordPiece_gives_the_same_ids() =>
        Compare(
            new WordPieceTokenizer(Vocabularies.WordPiece, Vocabularies.Tables, lowercase: true, Unlimited),
            Expected.Value.WordPiece,
            t => !t.Contains('Σ'),
            ids => ids[1..^1]);

    [Fact]
    public void Cased_WordPiece_gives_the_same_ids() =>
        Compare(
            new WordPieceTokenizer(Vocabularies.WordPiece, Vocabularies.Tables, lowercase: false, Unlimited),
            Expected.Value.Cased,
            _ => true,
            ids => ids[1..^1]);

    private static void Compare(ITokenizer tokenizer, int[][] expected, Func<string, bool> comparable, Func<int[], int[]> content)
    {
        var wrong = Samples.Zip(expected)
            .Where(s => comparable(s.First))
            .Select(s => (Text: s.First, Expected: s.Second, Actual: content(tokenizer.Encode(s.First))))
            .Where(s => !s.Expected.AsSpan().SequenceEqual(s.Actual))
            .Select(s => $"{string.Join(' ', s.Text.Select(c => $"{(int)c:X4}"))}: expected {string.Join(' ', s.Expected)}, got {string.Join(' ', s.Actual)}")
            .ToList();

        Assert.True(wrong.Count == 0, $"seed {Seed}, {wrong.Count} of {Samples.Count} differ:\n{string.Join('\n', wrong.Take(10))}");
    }
}
