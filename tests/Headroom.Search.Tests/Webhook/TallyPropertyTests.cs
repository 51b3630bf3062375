using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Headroom.AspNetCore.Problems;
using Headroom.Search.Documents;
using Headroom.Search.Webhook;

namespace Headroom.Search.Tests.Webhook;

/// <summary>Whatever comes, it is a document that can be stored, nothing, or a problem.</summary>
public sealed class TallyPropertyTests
{
    private static readonly string[] Names =
    [
        "eventId", "eventType", "data", "submissionId", "formName", "fields", "key", "label",
        "type", "value", "options", "rows", "columns", "id", "text", "name", "\\u0069d", "x",
    ];
    private static readonly string[] Strings =
    [
        "", "a", "b", "q_1", "q_1_a", "FORM_RESPONSE", "CHECKBOXES", "RANKING", "Q (a)", "Q ((", ")(",
        "\\ud800", "\\udc00\\ud800", "\\u0000", "\\n", "\\/", "\\\"", "😀", "é", "\\ud83d\\ude00",
    ];

    private static readonly Gen<string> String = Gen.Elements(Strings).Select(s => $"\"{s}\"");

    private static readonly Gen<string> Scalar = Gen.OneOf(String, Gen.Elements("null", "true", "false", "0", "-1.50", "1e400"));

    [Fact]
    public void Any_json_is_a_document_that_can_be_stored_or_a_problem() => Properties.Hold(Value(5), IsHandled, 1500);

    [Fact]
    public void Any_fields_are_a_document_that_can_be_stored_or_a_problem() =>
        Properties.Hold(
            Field().ArrayOf(),
            fields => IsHandled($$"""{"eventId":"e","eventType":"FORM_RESPONSE","data":{"submissionId":"s","fields":[{{string.Join(',', fields)}}] } }"""),
            1500);

    [Fact]
    public void Any_bytes_are_a_problem_at_worst() => Properties.Hold(ArbMap.Default.GeneratorFor<byte[]>(), bytes => IsHandled(bytes), 2000);

    [Fact]
    public void Json_that_is_cut_or_changed_is_a_problem_at_worst() => Properties.Hold(
        from json in Value(4)
        from at in Gen.Choose(0, Encoding.UTF8.GetByteCount(json))
        from instead in Gen.Choose(0, 255)
        select Changed(Encoding.UTF8.GetBytes(json), at, (byte)instead),
        bytes => IsHandled(bytes) && IsHandled(bytes[..(bytes.Length / 2)]),
        1500);

    [Fact]
    public void Strings_are_read_as_the_library_reads_them() => Properties.Hold(
        ArbMap.Default.GeneratorFor<string>().Where(s => s is not null).Select(s => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(s))),
        text =>
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(text);
            return JsonSlice.Text(json) == text && JsonSlice.Text(json) == JsonElement.Parse(json).GetString();
        },
        2000);

    private static Gen<string> Value(int depth) => depth == 0
        ? Scalar
        : Gen.Frequency(
            (2, Scalar),
            (3, Value(depth - 1).ArrayOf().Resize(4).Select(items => $"[{string.Join(',', items)}]")),
            (5, Member(depth).ArrayOf().Resize(6).Select(members => $"{{{string.Join(',', members)}}}")));

    private static Gen<string> Member(int depth) =>
        from name in Gen.Elements(Names)
        from value in Value(depth - 1)
        select $"\"{name}\":{value}";

    private static Gen<string> Field() =>
        from key in String
        from label in Scalar
        from type in String
        from value in Value(2)
        from options in Gen.OneOf(Value(2), Option().ArrayOf().Select(o => $"[{string.Join(',', o)}]"))
        from rows in Gen.OneOf(Scalar, Option().ArrayOf().Select(o => $"[{string.Join(',', o)}]"))
        select $$"""{"key":{{key}},"label":{{label}},"type":{{type}},"value":{{value}},"options":{{options}},"rows":{{rows}}}""";

    private static Gen<string> Option() =>
        from id in String
        from text in String
        select $$"""{"id":{{id}},"text":{{text}}}""";

    private static byte[] Changed(byte[] bytes, int at, byte instead)
    {
        if (at < bytes.Length)
            bytes[at] = instead;
        return bytes;
    }

    private static bool IsHandled(string json) => IsHandled(Encoding.UTF8.GetBytes(json));

    private static bool IsHandled(byte[] body)
    {
        try
        {
            if (TallyEvent.Read(body) is { } read)
                new NewDocument(read.Id, read.Text.Text, read.Text.Filters, "tally", read.EventId).Validate();
            return true;
        }
        catch (ProblemException problem) when (problem.Status == 400 && problem.Type is "bad-json" or "bad-submission")
        {
            return true;
        }
    }
}
