using Headroom.AspNetCore.Problems;
using static Headroom.Search.Tests.Webhook.Submission;

namespace Headroom.Search.Tests.Webhook;

/// <summary>Every type of question that Tally has, with values as its webhooks send them.</summary>
public sealed class TallyFieldsTests
{
    private static readonly string Colours = Options("options", ("r", "Red"), ("g", "Green"), ("b", "Blue"));

    [Theory]
    [InlineData("INPUT_TEXT", "\"Ann\"", "Q: Ann")]
    [InlineData("TEXTAREA", "\"First line\\nsecond line\"", "Q: First line\nsecond line")]
    [InlineData("INPUT_NUMBER", "10", "Q: 10")]
    [InlineData("INPUT_NUMBER", "-0.10", "Q: -0.10")]
    [InlineData("INPUT_EMAIL", "\"ann@example.org\"", "Q: ann@example.org")]
    [InlineData("INPUT_PHONE_NUMBER", "\"+32471123456\"", "Q: +32471123456")]
    [InlineData("INPUT_LINK", "\"https://example.org/\"", "Q: https://example.org/")]
    [InlineData("INPUT_DATE", "\"2026-11-21\"", "Q: 2026-11-21")]
    [InlineData("INPUT_TIME", "\"15:00\"", "Q: 15:00")]
    [InlineData("LINEAR_SCALE", "7", "Q: 7")]
    [InlineData("RATING", "4", "Q: 4")]
    [InlineData("HIDDEN_FIELDS", "\"newsletter\"", "Q: newsletter")]
    [InlineData("CALCULATED_FIELDS", "42", "Q: 42")]
    [InlineData("PAYMENT", "19.99", "Q: 19.99")]
    [InlineData("PAYMENT", "\"EUR\"", "Q: EUR")]
    [InlineData("WALLET_CONNECT", "\"0x52908400098527886E0F7030069857D2E4169EE7\"", "Q: 0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("RESPONDENT_COUNTRY", "\"Belgium\"", "Q: Belgium")]
    [InlineData("SOMETHING_NEW", "true", "Q: yes")]
    [InlineData("SOMETHING_NEW", "{\"lat\":50.8,\"lon\":4.3}", "Q: {\"lat\":50.8,\"lon\":4.3}")]
    [InlineData("SOMETHING_NEW", "[1,\"two\",null,[3],{\"name\":\"four\"}]", "Q: 1, two, [3], four")]
    public void One_value_is_told_as_it_is(string type, string value, string text) => Assert.Equal(text, Read(Field(type, "Q", value)).Text);

    [Theory]
    [InlineData("MULTIPLE_CHOICE", "[\"g\"]", "Q: Green")]
    [InlineData("MULTIPLE_CHOICE", "\"g\"", "Q: Green")]
    [InlineData("MULTIPLE_CHOICE", "[\"g\",\"what I wrote myself\"]", "Q: Green, what I wrote myself")]
    [InlineData("DROPDOWN", "[\"b\"]", "Q: Blue")]
    [InlineData("MULTI_SELECT", "[\"b\",\"r\"]", "Q: Blue, Red")]
    [InlineData("CHECKBOXES", "[\"r\",\"b\"]", "Q: Red, Blue")]
    [InlineData("RANKING", "[\"b\",\"r\",\"g\"]", "Q: 1. Blue, 2. Red, 3. Green")]
    public void Options_are_told_by_their_labels_and_unknown_ones_as_they_are(string type, string value, string text) =>
        Assert.Equal(text, Read(Field(type, "Q", value, Colours)).Text);

    [Theory]
    [InlineData("FILE_UPLOAD", "invoice.pdf")]
    [InlineData("SIGNATURE", "signature.png")]
    public void Of_a_file_only_the_name_is_told(string type, string name)
    {
        var text = Read(Field(
            type, "Q", $$"""[{"id":"x","name":"{{name}}","url":"https://storage.example/{{name}}?token=secret","mimeType":"application/pdf","size":27}]"""));

        Assert.Equal($"Q: {name}", text.Text);
        Assert.Equal([name], text.Filters["Q"]);
    }

    [Fact]
    public void A_matrix_is_told_row_by_row()
    {
        var more = Options("rows", ("r1", "Price"), ("r2", "Support"), ("r3", "Empty")) + Options("columns", ("c1", "good"), ("c2", "bad"));

        var text = Read(Field("MATRIX", "Rate us", """{"r1":["c1"],"r2":["c2","c1"],"r3":[],"r4":"c9"}""", more));

        Assert.Equal("Rate us: Price: good; Support: bad, good; r4: c9", text.Text);
        Assert.Equal(["Price: good", "Support: bad, good", "r4: c9"], text.Filters["Rate us"]);
    }

    [Fact]
    public void Checkboxes_that_come_twice_are_told_once()
    {
        var text = Read(
            Field("CHECKBOXES", "Colours", """["r","b"]""", Colours, "question_7K"),
            Field("CHECKBOXES", "Colours (Red)", "true", key: "question_7K_r"),
            Field("CHECKBOXES", "Colours (Green)", "false", key: "question_7K_g"),
            Field("CHECKBOXES", "Colours (Blue)", "true", key: "question_7K_b"));

        Assert.Equal("Colours: Red, Blue", text.Text);
        Assert.Equal(["Red", "Blue"], text.Filters["Colours"]);
    }

    [Fact]
    public void Checkboxes_without_options_take_their_labels_from_the_fields_of_the_boxes()
    {
        var text = Read(
            Field("CHECKBOXES", "Where (roughly)?", """["a","b"]""", key: "question_7K"),
            Field("CHECKBOXES", "Where (roughly)? (Dublin)", "true", key: "question_7K_a"),
            Field("CHECKBOXES", "Where (roughly)? (Elsewhere (say where))", "true", key: "question_7K_b"));

        Assert.Equal("Where (roughly)?: Dublin, Elsewhere (say where)", text.Text);
    }

    [Fact]
    public void Boxes_without_their_question_are_told_when_they_are_ticked()
    {
        var text = Read(
            Field("CHECKBOXES", "Where? (Dublin)", "true", key: "question_7K_a"),
            Field("CHECKBOXES", "Where? (Cork)", "false", key: "question_7K_b"),
            Field("CHECKBOXES", "I agree (really)", "true", key: "question_8L"));

        Assert.Equal("Where?: Dublin\nI agree (really): yes", text.Text);
    }

    [Fact]
    public void What_was_not_answered_is_not_told()
    {
        var text = Read(
            Field("INPUT_TEXT", "A", "null"),
            Field("INPUT_TEXT", "B", "\" \\t \""),
            Field("DROPDOWN", "C", "[]", Colours),
            Field("CHECKBOXES", "D", "false"),
            "{\"label\":\"E\"}",
            "null",
            "7",
            Field("INPUT_TEXT", "F", "\"x\""));

        Assert.Equal("F: x", text.Text);
        Assert.Equal(["F"], text.Filters.Keys.Except(["form", "form_id", "respondent_id", "submitted_at"]));
    }

    [Fact]
    public void Null_unknown_and_misplaced_members_are_passed_over()
    {
        var text = Read(
            """{"key":null,"label":null,"type":null,"value":"a","options":null,"rows":7,"columns":{},"isNew":{"x":[1]}}""",
            """{"label":["x"],"value":"b","options":[null,3,{"id":null},{"text":"t"},{"id":"b","text":"Bee"}]}""");

        Assert.Equal("a\n[\"x\"]: Bee", text.Text);
    }

    [Fact]
    public void More_fields_than_any_form_has_are_refused()
    {
        var refused = Assert.Throws<ProblemException>(() => Read(Enumerable.Repeat("{}", 2001)));

        Assert.Equal((400, "bad-submission"), (refused.Status, refused.Type));
    }

    [Fact]
    public void More_options_than_any_question_has_are_refused()
    {
        var options = Options("options", [.. Enumerable.Range(0, 10_001).Select(i => ($"{i}", "x"))]);

        Assert.Equal("bad-submission", Assert.Throws<ProblemException>(() => Read(Field("DROPDOWN", "Q", "[\"1\"]", options))).Type);
    }
}
