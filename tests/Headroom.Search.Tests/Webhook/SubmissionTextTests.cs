using System.Text;
using Headroom.Search.Documents;
using Headroom.Search.Webhook;
using static Headroom.Search.Tests.Webhook.Submission;

namespace Headroom.Search.Tests.Webhook;

public sealed class SubmissionTextTests
{
    [Fact]
    public void The_form_and_who_sent_it_can_be_filtered_by_and_are_not_in_the_text()
    {
        var text = Read(Field("INPUT_TEXT", "Name", "\"Ann\""));

        Assert.Equal("Name: Ann", text.Text);
        Assert.Equal(["Contact us"], text.Filters["form"]);
        Assert.Equal(["VwbNEw"], text.Filters["form_id"]);
        Assert.Equal(["dwQKYm"], text.Filters["respondent_id"]);
        Assert.Equal(["2026-11-21T15:00:21.000Z"], text.Filters["submitted_at"]);
        Assert.Equal(["Ann"], text.Filters["Name"]);
    }

    [Fact]
    public void Questions_of_the_same_label_share_a_filter()
    {
        var text = Read(Field("INPUT_TEXT", "Guest", "\"Ann\""), Field("INPUT_TEXT", "Guest", "\"Bob\""), Field("INPUT_TEXT", "Guest", "\"Ann\""));

        Assert.Equal("Guest: Ann\nGuest: Bob\nGuest: Ann", text.Text);
        Assert.Equal(["Ann", "Bob"], text.Filters["Guest"]);
    }

    [Fact]
    public void Control_characters_and_halves_of_characters_are_replaced()
    {
        var text = Read(
            Field("INPUT_TEXT", "A", "\"x\\u0000y\\u001bz\""),
            Field("INPUT_TEXT", "B", "\"broken \\ud83d emoji \\ude00\""),
            Field("TEXTAREA", "C", "\"one\\r\\ntwo\""),
            Field("INPUT_TEXT", "D", "\"\\ud83d\\ude00😀\""));

        Assert.Equal("A: x y z\nB: broken \uFFFD emoji \uFFFD\nC: one\ntwo\nD: 😀😀", text.Text);
    }

    [Fact]
    public void A_text_is_cut_where_documents_end_and_never_within_a_character()
    {
        var text = new SubmissionText();
        text.Add("Q", [new string('a', NewDocument.MaxTextBytes - 6), "😀😀"]);
        text.Add("R", ["x"]);

        Assert.True(text.IsFull);
        Assert.InRange(Encoding.UTF8.GetByteCount(text.Text), NewDocument.MaxTextBytes - 4, NewDocument.MaxTextBytes);
        Assert.DoesNotContain(text.Text, char.IsSurrogate);
    }

    [Fact]
    public void A_label_that_is_chosen_a_hundred_thousand_times_does_not_fill_the_memory()
    {
        var ids = string.Join(',', Enumerable.Repeat("\"a\"", 100_000));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var text = Read(Field("MULTI_SELECT", "Q", $"[{ids}]", Options("options", ("a", new string('x', 100_000)))));

        Assert.InRange(Encoding.UTF8.GetByteCount(text.Text), 1, NewDocument.MaxTextBytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
    }

    [Fact]
    public void Nor_does_a_column_that_is_chosen_in_ten_thousand_rows()
    {
        var rows = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"\"r{i}\":[\"a\"]"));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var text = Read(Field("MATRIX", "Q", $"{{{rows}}}", Options("rows", ("r1", "Row")) + Options("columns", ("a", new string('x', 100_000)))));

        Assert.InRange(Encoding.UTF8.GetByteCount(text.Text), 1, NewDocument.MaxTextBytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64L << 20);
    }

    [Fact]
    public void Filters_stay_within_what_a_document_may_have()
    {
        var text = new SubmissionText();
        for (var i = 0; i < 300; i++)
            text.Add($"{i} {new string('l', 300)}", [.. Enumerable.Range(0, 50).Select(v => $"{v} {new string('v', v)}")]);

        var document = new NewDocument("tally:x", text.Text, text.Filters, "tally", null);

        Assert.Equal(text.Filters.Count, document.Validate().Fields.Count);
        Assert.All(text.Filters, f => Assert.True(f.Value.Count <= SubmissionText.MaxValues));
    }

    [Fact]
    public void A_long_answer_is_in_the_text_and_not_among_the_filters()
    {
        var text = Read(
            Field("TEXTAREA", "Story", $"\"{new string('a', SubmissionText.MaxValue + 1)}\""),
            Field("INPUT_TEXT", "Name", $"\"{new string('b', SubmissionText.MaxValue)}\""));

        Assert.Contains("aaa", text.Text);
        Assert.False(text.Filters.ContainsKey("Story"));
        Assert.True(text.Filters.ContainsKey("Name"));
    }
}
