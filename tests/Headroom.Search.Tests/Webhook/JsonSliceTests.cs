using System.Text;
using System.Text.Json;
using Headroom.Search.Webhook;

namespace Headroom.Search.Tests.Webhook;

public sealed class JsonSliceTests
{
    [Fact]
    public void Members_are_found_by_name_wherever_they_stand()
    {
        var json = """ { "x" : [1, {"a":0}], "b" : {"c":null} , "a" : "text" } """u8;
        Span<Range> found = stackalloc Range[3];

        JsonSlice.Find(json, ["a", "b", "none"], found);

        Assert.Equal("text", JsonSlice.Text(json[found[0]]));
        Assert.Equal("""{"c":null}""", JsonSlice.Text(json[found[1]]));
        Assert.True(json[found[2]].IsEmpty);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"a\"")]
    [InlineData("")]
    public void In_what_is_no_object_nothing_is_found(string json)
    {
        Span<Range> found = stackalloc Range[1];

        JsonSlice.Find(Encoding.UTF8.GetBytes(json), ["a"], found);

        Assert.Equal(default, found[0]);
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":1,"b":0,"\u0061":2}""")]
    public void A_name_that_stands_twice_is_told(string json) => Assert.Throws<JsonException>(() =>
    {
        Span<Range> found = stackalloc Range[1];
        JsonSlice.Find(Encoding.UTF8.GetBytes(json), ["a"], found);
    });

    [Theory]
    [InlineData("\"\\u0041\\n\\t\\r\\b\\f\\\\\\/\\\"\"", "A\n\t\r\b\f\\/\"")]
    [InlineData("\"\\ud83d\\ude00\"", "😀")]
    [InlineData("\"\\ude00\\ud83d\"", "\uFFFD\uFFFD")]
    [InlineData("\"x\\uD83Dy\"", "x\uFFFDy")]
    [InlineData("1e400", "1e400")]
    [InlineData("true", "yes")]
    [InlineData("false", "no")]
    [InlineData("null", "")]
    [InlineData("[1, 2]", "[1, 2]")]
    public void Values_are_read_as_text(string json, string text) => Assert.Equal(text, JsonSlice.Text(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Elements_are_gone_through_in_order()
    {
        var json = """[ 1, "two", [3], {"four":4} ]"""u8;
        var texts = new List<string>();
        foreach (var (_, at) in new JsonItems(json))
            texts.Add(JsonSlice.Text(json[at]));

        Assert.Equal(["1", "two", "[3]", """{"four":4}"""], texts);
    }
}
