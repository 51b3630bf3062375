using System.Text;
using FsCheck.Fluent;
using Headroom.Search.Tokenizing;

namespace Headroom.Search.Tests.Tokenizing;

public sealed class UnigramTokenizerTests
{
    private const int MaxTokens = 128;

    private readonly UnigramTokenizer _tokenizer = new(Vocabularies.Unigram, Vocabularies.Tables, MaxTokens);
    private readonly UnigramTokenizer _unlimited = new(Vocabularies.Unigram, Vocabularies.Tables, int.MaxValue);

    [Fact]
    public void An_empty_text_is_a_space() => Assert.Equal([30], _tokenizer.Encode(""));

    [Fact]
    public void Every_space_counts() => Assert.Equal([30, 30, 174, 30, 1016, 7, 30, 30], _tokenizer.Encode("  two  spaces  "));

    [Fact]
    public void Unknown_characters_in_a_row_are_one() => Assert.Equal([30, 0], _tokenizer.Encode("😀😀😀"));

    [Theory]
    [InlineData(0xD83D)]
    [InlineData(0xDE00)]
    [InlineData(0)]
    public void Half_a_surrogate_pair_and_NUL_are_unknown_and_no_error(int character) =>
        Assert.Equal([30, 0], _tokenizer.Encode(((char)character).ToString()));

    /// <summary>What is read piece by piece gives what the whole would give, for texts longer than many windows.</summary>
    [Fact]
    public void Windows_do_not_show()
    {
        var words = Gen.Elements("the ", "cat", "ing", "a", "ll", "😀", "  ", "é", "x", "unbelievable", "中", ".");
        Properties.Hold(
            from length in Gen.Choose(1, 400)
            from parts in words.ArrayOf(length)
            select string.Concat(parts),
            text => Whole(text).AsSpan().SequenceEqual(_unlimited.Encode(text)),
            cases: 200);
    }

    [Fact]
    public void A_long_text_begins_like_its_beginning()
    {
        var text = string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog. ", 200));

        var ids = _tokenizer.Encode(text);

        Assert.Equal(MaxTokens, ids.Length);
        Assert.Equal(_unlimited.Encode(text)[..MaxTokens], ids);
    }

    /// <summary>None of them may take time or memory that grows faster than the text.</summary>
    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("中")]
    [InlineData("😀")]
    [InlineData("\u0301")]
    [InlineData(" ")]
    [InlineData("▁")]
    [InlineData("-")]
    public void A_megabyte_of_anything_has_at_most_as_many_tokens_as_the_model_takes(string part)
    {
        var text = new StringBuilder().Insert(0, part, (1 << 20) / part.Length).ToString();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var ids = _tokenizer.Encode(text);

        Assert.InRange(ids.Length, 2, MaxTokens);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    /// <summary>The textbook's Viterbi over the whole text.</summary>
    private static int[] Whole(string text)
    {
        var runes = new List<int> { '▁' };
        var normalizing = new NormalizingStream(
            Vocabularies.Tables, compatibility: true, compose: true, rune => { runes.Add(rune == ' ' ? '▁' : rune); return true; });
        foreach (var rune in text.EnumerateRunes())
            normalizing.Add(rune.Value);
        normalizing.Flush();
        var best = new (double Score, int Start, int Id)[runes.Count + 1];
        Array.Fill(best, (double.NegativeInfinity, 0, 0), 1, runes.Count);
        for (var end = 1; end <= runes.Count; end++)
        {
            for (var start = Math.Max(0, end - Vocabularies.Unigram.LongestPiece); start < end; start++)
            {
                var (id, score) = Piece(runes, start, end);
                if (best[start].Score + score > best[end].Score)
                    best[end] = (best[start].Score + score, start, id);
            }
        }
        var ids = new List<int>();
        for (var at = runes.Count; at > 0; at = best[at].Start)
            ids.Add(best[at].Id);
        ids.Reverse();
        return [.. ids.Where((id, i) => id != 0 || i == 0 || ids[i - 1] != 0)];
    }

    private static (int Id, double Score) Piece(List<int> runes, int start, int end)
    {
        var node = 0;
        for (var i = start; i < end && node >= 0; i++)
            node = Vocabularies.Unigram.Descend(node, runes[i]);
        if (node >= 0 && Vocabularies.Unigram.PieceAt(node) is >= 0 and var id)
            return (id, Vocabularies.Unigram.ScoreOf(id));
        return (0, end == start + 1 ? Vocabularies.Unigram.UnknownScore : double.NegativeInfinity);
    }
}
