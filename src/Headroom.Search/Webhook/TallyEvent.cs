using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Headroom.AspNetCore.Problems;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Webhook;

/// <summary>What Tally posts (tally.so/help/webhooks), as far as it is kept.</summary>
/// <param name="Id">The id of its document; made of the submission's own.</param>
/// <param name="EventId">The id of the notification; the same when it is sent again. The document's own when it has none.</param>
/// <param name="Text">Its answers, one a line, and their values for filters.</param>
internal sealed record TallyEvent(string Id, string EventId, SubmissionText Text)
{
    /// <summary>What the ids of its documents begin with.</summary>
    public const string Prefix = "tally:";

    private const string FormResponse = "FORM_RESPONSE";
    private const int MaxId = 100;

    private static readonly string[] EventNames = ["eventId", "eventType", "data"];
    private static readonly string[] DataNames = ["submissionId", "responseId", "formId", "formName", "respondentId", "createdAt", "fields"];

    /// <summary>What is told beside the answers, for filters; as many as <see cref="DataNames"/> has between ids and fields.</summary>
    private static readonly string[] FilterNames = ["form_id", "form", "respondent_id", "submitted_at"];

    /// <summary>Reads the body of a request.</summary>
    /// <param name="body">All of it.</param>
    /// <returns>Null when it tells of something else than a submission.</returns>
    /// <exception cref="ProblemException">It is no JSON, or no submission.</exception>
    public static TallyEvent? Read(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad-json", "The body is not UTF-8. Send the JSON as Tally does, unchanged.");
        try
        {
            JsonSlice.Check(body);
            return ReadEvent(body);
        }
        catch (JsonBoundsException problem)
        {
            throw JsonBody.Bad(problem, "it as Tally does, unchanged");
        }
        catch (JsonException problem)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad-json", problem.LineNumber is { } line
                ? $"The body is no JSON that can be read (line {line + 1}, byte {problem.BytePositionInLine}): "
                    + "it is broken there, or goes on after its end. Send it as Tally does, unchanged."
                : $"{problem.Message} Send the JSON as Tally does, unchanged.");
        }
    }

    private static TallyEvent? ReadEvent(ReadOnlySpan<byte> body)
    {
        Span<Range> found = stackalloc Range[3];
        JsonSlice.Find(body, EventNames, found);
        if (JsonSlice.Text(body[found[1]]) is { Length: > 0 } and not FormResponse)
            return null;
        var eventId = Identity(body[found[0]]);
        var data = body[found[2]];
        Span<Range> parts = stackalloc Range[7];
        JsonSlice.Find(data, DataNames, parts);
        var id = Identity(data[parts[0]]) ?? Identity(data[parts[1]]) ?? eventId
            ?? throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "bad-submission",
                "The body has neither data.submissionId nor data.responseId nor eventId, so it can't be told from others. "
                + "Send what Tally's webhooks send: an object with eventId, eventType and data.");

        var text = new SubmissionText();
        for (var i = 0; i < FilterNames.Length; i++)
            text.AddFilter(FilterNames[i], JsonSlice.Text(data[parts[i + 2]]));
        TallyFields.Append(text, data[parts[^1]]);
        return new TallyEvent(Prefix + id, Prefix + (eventId ?? id), text);
    }

    /// <summary>An id that documents can have: as it is where it fits, else its hash.</summary>
    private static string? Identity(ReadOnlySpan<byte> json)
    {
        if (JsonSlice.KindOf(json) is not (JsonTokenType.String or JsonTokenType.Number) || JsonSlice.Text(json) is not { Length: > 0 } id)
            return null;
        return id.Length <= MaxId && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')
            ? id
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
    }
}
