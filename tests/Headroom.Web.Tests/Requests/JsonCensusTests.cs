using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Headroom.Web.Requests;

namespace Headroom.Web.Tests.Requests;

public sealed class JsonCensusTests
{
    private static readonly JsonBounds Wide = new(int.MaxValue, int.MaxValue, int.MaxValue);

    private static readonly string[] Scalars =
    [
        "null", "true", "0", "-1.5e3", "\"\"", "\"a:b,c\"", "\"{[\"", "\"]}\"", "\"\\\"\"", "\"\\\\\"", "\"\\\\\\\"\"", "\"\\u0022,\"", "\"é😀\"",
    ];

    private static readonly string[] Names = ["\"\"", "\"a\"", "\"a:\"", "\"\\\"\"", "\"\\\\\"", "\"{\""];

    private static readonly Gen<string> Space = Gen.Elements("", "", " ", "\n\t", "\r\n ");

    [Theory]
    [InlineData("7", 0, 1, 0)]
    [InlineData("[]", 0, 1, 1)]
    [InlineData(" { } ", 0, 1, 1)]
    [InlineData("[ 1 ]", 0, 2, 1)]
    [InlineData("""{"a":1}""", 1, 2, 1)]
    [InlineData("""{"a":[],"b":[[]],"a":{"c":"d,e:f"}}""", 4, 6, 3)]
    public void Names_values_and_levels_are_counted(string json, int names, int values, int levels)
    {
        var census = Count(json, int.MaxValue);

        Assert.Equal((names, values, levels), (census.Names, census.Values, census.Levels));
    }

    [Fact]
    public void Any_json_in_any_pieces_is_counted_as_a_parser_counts_it() => Properties.Hold(
        from json in Value(4)
        from piece in Gen.Choose(1, 7)
        select (json, piece),
        given =>
        {
            var census = Count(given.json, given.piece);
            return (census.Names, census.Values, census.Levels) == Parsed(given.json);
        },
        2000);

    [Fact]
    public void Of_text_that_is_broken_somewhere_at_least_that_is_counted_which_a_parser_reads() => Properties.Hold(
        from json in Value(4)
        from at in Gen.Choose(0, json.Length)
        from instead in Gen.Elements("", "\"", "\\", "{", "}", "[", "]", ",", ":", "x", " ")
        select json[..at] + instead + json[Math.Min(json.Length, at + 1)..],
        broken =>
        {
            var census = Count(broken, 3);
            var (names, values, levels) = Parsed(broken);
            return census.Names >= names && census.Values >= values && census.Levels >= levels;
        },
        3000);

    [Theory]
    [InlineData("""{"a":1,"b":2}""", 2, 3, 1)]
    [InlineData("""[[[]],[[]]]""", 0, 5, 3)]
    public void What_is_just_within_the_bounds_passes(string json, int names, int values, int levels) =>
        new JsonCensus(new JsonBounds(names, values, levels)).Add(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("""{"a":1,"b":2}""", 1, 3, 1, "names", 1)]
    [InlineData("""{"a":1,"b":2}""", 2, 2, 1, "values", 2)]
    [InlineData("""[[[]]]""", 9, 9, 2, "levels", 2)]
    public void The_bound_that_is_passed_is_named_with_its_number(string json, int names, int values, int levels, string what, int most)
    {
        var census = new JsonCensus(new JsonBounds(names, values, levels));

        var refused = Assert.Throws<JsonBoundsException>(() => census.Add(Encoding.UTF8.GetBytes(json)));

        Assert.Equal((what, most), (refused.What, refused.Most));
        Assert.Contains($"{most} {what}", refused.Message);
    }

    [Fact]
    public void Half_a_million_names_are_refused_at_the_first_that_is_too_many()
    {
        var census = new JsonCensus(new JsonBounds(100, 1000, 8));
        var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(i => $"\"n{i}\":0,")));
        census.Add("{"u8);

        var pieces = 0;
        Assert.Throws<JsonBoundsException>(() =>
        {
            for (; pieces < 10_000; pieces++)
                census.Add(piece);
        });
        Assert.Equal(2, pieces);
    }

    private static JsonCensus Count(string json, int piece)
    {
        var census = new JsonCensus(Wide);
        var bytes = Encoding.UTF8.GetBytes(json);
        for (var at = 0; at < bytes.Length; at += Math.Min(piece, bytes.Length - at))
            census.Add(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        return census;
    }

    /// <summary>What System.Text.Json reads before the end or before it gives up.</summary>
    private static (int Names, int Values, int Levels) Parsed(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = 1000 });
        var (names, values, levels) = (0, 0, 0);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                    names++;
                else if (reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
                    values++;
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                    levels = Math.Max(levels, reader.CurrentDepth + 1);
            }
        }
        catch (JsonException)
        {
            // That far and no farther.
        }
        return (names, values, levels);
    }

    private static Gen<string> Value(int depth) => depth == 0
        ? Gen.Elements(Scalars)
        : Gen.Frequency(
            (2, Gen.Elements(Scalars)),
            (3, Joined(Value(depth - 1)).Select(items => $"[{items}]")),
            (4, Joined(Member(depth)).Select(members => $"{{{members}}}")));

    private static Gen<string> Joined(Gen<string> item) =>
        from items in item.ArrayOf().Resize(4)
        from space in Space
        select space + string.Join($"{space},", items) + space;

    private static Gen<string> Member(int depth) =>
        from name in Gen.Elements(Names)
        from space in Space
        from value in Value(depth - 1)
        select $"{name}{space}:{space}{value}";
}
