using FsCheck.Fluent;
using Headroom.Search.Indexing;
using Headroom.Search.Tests.Tokenizing;
using Gen = FsCheck.Fluent.Gen;

namespace Headroom.Search.Tests.Indexing;

public sealed class PassagesTests
{
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 3000).Select(i => i % 12 == 11 ? $"word{i}." : $"word{i}"));

    [Fact]
    public void A_short_text_is_one_passage() => Assert.Equal(["Please cancel my subscription"], Cut("  Please cancel my subscription"));

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public void Nothing_has_no_passages(string text) => Assert.Empty(Passages.Of(text));

    [Fact]
    public void Passages_end_with_sentences_and_overlap()
    {
        var passages = Cut(Long);

        Assert.All(passages.SkipLast(1), p => Assert.EndsWith(".", p.TrimEnd()));
        for (var i = 1; i < passages.Count; i++)
            Assert.Contains(passages[i].Split(' ')[0], passages[i - 1]);
    }

    [Fact]
    public void A_very_long_text_has_a_bounded_number_of_passages_and_its_beginning_is_all_in_them()
    {
        var passages = Cut(Long + Long);

        Assert.Equal(Passages.Most, passages.Count);
        var words = string.Join(' ', passages).Split(' ').ToHashSet();
        Assert.All(Enumerable.Range(0, 700), i => Assert.Contains(i % 12 == 11 ? $"word{i}." : $"word{i}", words));
    }

    [Fact]
    public void The_prefix_that_the_queue_reads_has_the_same_passages() => Assert.Equal(Cut(Long), Cut(Long[..Passages.MostCharacters]));

    [Fact]
    public void Any_text_is_covered_in_order_without_halves_of_characters() => Properties.Hold(
        Gen.Elements(Texts.Generate(seed: 5, count: 200).ToArray()).SelectMany(t => Gen.Choose(1, 80).Select(n => string.Concat(Enumerable.Repeat(t, n)))),
        text =>
        {
            var end = 0;
            foreach (var range in Passages.Of(text))
            {
                var (start, length) = range.GetOffsetAndLength(text.Length);
                if (length is 0 or > Passages.Length || !string.IsNullOrWhiteSpace(text[end..Math.Max(end, start)]))
                    return false;
                if (start > 0 && start < text.Length && char.IsSurrogatePair(text[start - 1], text[start]))
                    return false;
                end = start + length;
            }
            return end <= text.Length;
        });

    [Fact]
    public void A_vectors_id_tells_document_and_passage()
    {
        var id = Passages.IdOf(1L << 50, 31);

        Assert.Equal((1L << 50, 31), (Passages.DocumentOf(id), Passages.PassageOf(id)));
    }

    private static List<string> Cut(string text) => [.. Passages.Of(text).Select(r => text[r])];
}
