using System.Text;
using FsCheck.Fluent;
using Headroom.Search.Tokenizing;

namespace Headroom.Search.Tests.Tokenizing;

public sealed class WordPieceTokenizerTests
{
    private const int MaxTokens = 32;

    private readonly WordPieceTokenizer _tokenizer = new(Vocabularies.WordPiece, Vocabularies.Tables, lowercase: true, MaxTokens);

    [Fact]
    public void A_text_stands_between_its_marks() => Assert.Equal(["[CLS]", "the", "cats", "sit", "##ting", "[SEP]"], Pieces("The cats sitting"));

    [Fact]
    public void An_empty_text_is_its_marks() => Assert.Equal(["[CLS]", "[SEP]"], Pieces(""));

    [Fact]
    public void Accents_go_with_lower_case() => Assert.Equal(["[CLS]", "cafe", "resume", "[SEP]"], Pieces("CAFÉ Re\u0301sume\u0301"));

    [Fact]
    public void Marks_in_a_text_are_only_letters() => Assert.Equal(["[CLS]", "[", "s", "##e", "##p", "]", "[SEP]"], Pieces("[SEP]"));

    [Fact]
    public void Ideographs_are_words_those_beyond_the_first_plane_too() => Assert.Equal(["[CLS]", "中", "文", "[UNK]", "a", "[SEP]"], Pieces("中文𠀀a"));

    [Fact]
    public void A_word_of_more_than_a_hundred_characters_is_unknown() => Assert.Equal(["[CLS]", "[UNK]", "a", "[SEP]"], Pieces(new string('a', 101) + " a"));

    [Fact]
    public void The_marks_stay_when_a_text_is_cut()
    {
        var pieces = Pieces(string.Concat(Enumerable.Repeat("cat ", 100)));

        Assert.Equal(MaxTokens, pieces.Count);
        Assert.Equal(("[CLS]", "cat", "[SEP]"), (pieces[0], pieces[^2], pieces[^1]));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("中")]
    [InlineData("😀")]
    [InlineData("\u0301")]
    [InlineData("\0")]
    [InlineData(" ")]
    [InlineData("!")]
    public void A_megabyte_of_anything_is_cut(string part)
    {
        var text = new StringBuilder().Insert(0, part, (1 << 20) / part.Length).ToString();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var ids = _tokenizer.Encode(text);

        Assert.InRange(ids.Length, 2, MaxTokens);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Whatever_the_text_the_ids_are_the_vocabularys() => Properties.Hold(
        Gen.Choose(0, 0xFFFF).ArrayOf().Select(units => string.Concat(units.Select(u => (char)u))),
        text => _tokenizer.Encode(text) is { Length: >= 2 and <= MaxTokens } ids
            && ids[0] == Vocabularies.WordPiece.Start
            && ids[^1] == Vocabularies.WordPiece.End
            && ids.All(id => id >= 0 && id <= _tokenizer.LargestId));

    private List<string> Pieces(string text) => [.. _tokenizer.Encode(text).Select(id => Vocabularies.WordPieces[id])];
}
