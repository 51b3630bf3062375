using System.Text.Json;
using Headroom.AspNetCore.Problems;
using Headroom.Search.Documents;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Webhook;

/// <summary>
/// The answers of a Tally form. What counts is the shape of a value more than the type of its question, so that types
/// which come later are read sensibly too.
/// </summary>
internal static class TallyFields
{
    private const int MaxFields = 2000;
    private const string Ranking = "RANKING";

    private static readonly string[] Names = ["key", "label", "type", "value", "options", "rows", "columns"];

    /// <summary>Adds every answered question to a text.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="fields">The array «fields»; anything else has no answers.</param>
    /// <exception cref="ProblemException">There are more than 2,000.</exception>
    /// <exception cref="JsonException">A name stands twice in one of them.</exception>
    public static void Append(SubmissionText text, ReadOnlySpan<byte> fields)
    {
        if (JsonSlice.KindOf(fields) != JsonTokenType.StartArray)
            return;
        var all = Read(fields);
        var boxes = new CheckedBoxes(all);
        foreach (var field in all)
        {
            if (text.IsFull)
                return;
            Append(text, field, fields[field.Value], fields, boxes);
        }
    }

    private static List<TallyField> Read(ReadOnlySpan<byte> fields)
    {
        var all = new List<TallyField>();
        Span<Range> found = stackalloc Range[7];
        foreach (var (_, at) in new JsonItems(fields))
        {
            if (all.Count == MaxFields)
                throw new ProblemException(
                    StatusCodes.Status400BadRequest, "bad-submission", $"data.fields has more than {MaxFields} entries. Send what Tally's webhooks send.");
            var field = fields[at];
            JsonSlice.Find(field, Names, found);
            all.Add(new TallyField(
                JsonSlice.Text(field[found[0]]),
                JsonSlice.Text(field[found[1]]),
                JsonSlice.Text(field[found[2]]),
                JsonSlice.KindOf(field[found[3]]),
                Absolute(at, found[3]),
                Absolute(at, found[4]),
                Absolute(at, found[5]),
                Absolute(at, found[6])));
        }
        return all;
    }

    private static Range Absolute(Range outer, Range inner) => (outer.Start.Value + inner.Start.Value)..(outer.Start.Value + inner.End.Value);

    private static void Append(SubmissionText text, TallyField field, ReadOnlySpan<byte> value, ReadOnlySpan<byte> fields, CheckedBoxes boxes)
    {
        switch (field.Kind)
        {
            case JsonTokenType.None or JsonTokenType.Null:
                break;
            case JsonTokenType.True or JsonTokenType.False:
                AppendBox(text, field, boxes);
                break;
            case JsonTokenType.StartObject when JsonSlice.KindOf(fields[field.Rows]) == JsonTokenType.StartArray:
                text.Add(field.Label, Matrix(value, TallyOptions.Read(fields[field.Rows]), TallyOptions.Read(fields[field.Columns])), "; ");
                break;
            default:
                var options = TallyOptions.Read(fields[field.Options]);
                text.Add(field.Label, Values(value, options.Count > 0 ? options : boxes.OptionsOf(field)), numbered: field.Type == Ranking);
                break;
        }
    }

    /// <summary>One box of several has its question's line already, where the question names the boxes that were ticked. An empty box says nothing.</summary>
    private static void AppendBox(SubmissionText text, TallyField field, CheckedBoxes boxes)
    {
        if (field.Kind == JsonTokenType.False || boxes.IsToldByQuestion(field))
            return;
        var (question, option) = CheckedBoxes.Split(field);
        text.Add(question, [option ?? "yes"]);
    }

    /// <summary>Each row with what was chosen in it: «Price: good».</summary>
    private static List<string> Matrix(ReadOnlySpan<byte> value, Dictionary<string, string> rows, Dictionary<string, string> columns)
    {
        var lines = new List<string>();
        var length = 0L;
        foreach (var (row, at) in new JsonItems(value))
        {
            if (string.Join(", ", Values(value[at], columns)) is not { Length: > 0 } chosen)
                continue;
            lines.Add($"{rows.GetValueOrDefault(row, row)}: {chosen}");
            if ((length += lines[^1].Length) > NewDocument.MaxTextBytes)
                break;
        }
        return lines;
    }

    /// <summary>The elements of an array, or the one value that it is.</summary>
    private static List<string> Values(ReadOnlySpan<byte> value, IReadOnlyDictionary<string, string> options)
    {
        var values = new List<string>();
        if (JsonSlice.KindOf(value) != JsonTokenType.StartArray)
        {
            values.Add(One(value, options));
            return values;
        }
        var length = 0L;
        foreach (var (_, at) in new JsonItems(value))
        {
            values.Add(One(value[at], options));
            // A long label that is chosen ten thousand times must not fill the memory before the text is cut.
            if ((length += values[^1].Length) > NewDocument.MaxTextBytes)
                break;
        }
        return values;
    }

    /// <summary>An option by its label, a file by its name, and anything else as it is.</summary>
    private static string One(ReadOnlySpan<byte> value, IReadOnlyDictionary<string, string> options)
    {
        if (JsonSlice.KindOf(value) == JsonTokenType.StartObject)
        {
            Span<Range> name = stackalloc Range[1];
            JsonSlice.Find(value, ["name"], name);
            if (JsonSlice.KindOf(value[name[0]]) == JsonTokenType.String)
                return JsonSlice.Text(value[name[0]]);
        }
        var text = JsonSlice.Text(value);
        return options.GetValueOrDefault(text, text);
    }
}
