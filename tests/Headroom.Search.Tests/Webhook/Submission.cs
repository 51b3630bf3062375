using System.Text;
using System.Text.Json;
using Headroom.Search.Webhook;

namespace Headroom.Search.Tests.Webhook;

/// <summary>Notifications as Tally posts them.</summary>
internal static class Submission
{
    /// <summary>One with these fields, as JSON.</summary>
    public static byte[] Bytes(params IEnumerable<string> fields) => Encoding.UTF8.GetBytes($$"""
        {"eventId":"a4cb511e-d513-4fa5-baee-b815d718dfd1","eventType":"FORM_RESPONSE","createdAt":"2026-11-21T15:00:21.889Z","data":{
          "responseId":"2wgx4n","submissionId":"2wgx4n","respondentId":"dwQKYm","formId":"VwbNEw","formName":"Contact us","createdAt":"2026-11-21T15:00:21.000Z",
          "fields":[{{string.Join(',', fields)}}] } }
        """);

    /// <summary>A field of a form.</summary>
    /// <param name="value">As JSON.</param>
    /// <param name="more">More members, as JSON, with a comma before the first one.</param>
    public static string Field(string type, string label, string value, string more = "", string key = "question_mVGEg3") =>
        $$"""{"key":{{Json(key)}},"label":{{Json(label)}},"type":{{Json(type)}},"value":{{value}}{{more}}}""";

    public static string Options(string name, params (string Id, string Text)[] options) =>
        $",{Json(name)}:[{string.Join(',', options.Select(o => $$"""{"id":{{Json(o.Id)}},"text":{{Json(o.Text)}}}"""))}]";

    public static SubmissionText Read(params IEnumerable<string> fields) => TallyEvent.Read(Bytes(fields))!.Text;

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
