using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Headroom.Web.Requests;

/// <summary>Bodies that are JSON.</summary>
public static class JsonBody
{
    /// <summary>Reads a JSON object.</summary>
    /// <param name="context">The request; its route requires memory for the body.</param>
    /// <param name="bounds">What the body may be made of; counted while it arrives.</param>
    /// <param name="type">What to read.</param>
    /// <param name="expected">What to send instead of what makes no sense, for people: <c>an object with name</c>.</param>
    /// <exception cref="ProblemException">It is no JSON, or another one, or made of more than the bounds allow.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonBounds bounds, JsonTypeInfo<T> type, string expected)
        where T : class
    {
        var body = await ReceiveAsync(context, bounds, expected).ConfigureAwait(false);
        return Read(body.Bytes.Span, type, expected);
    }

    /// <summary>Receives a JSON body without parsing it.</summary>
    /// <param name="context">The request; its route requires memory for the body.</param>
    /// <param name="bounds">What the body may be made of; counted while it arrives.</param>
    /// <param name="expected">What to send instead of what is too much, for people.</param>
    /// <exception cref="ProblemException">It does not say that it is JSON, or is made of more than the bounds allow.</exception>
    public static async Task<ReceivedJson> ReceiveAsync(HttpContext context, JsonBounds bounds, string expected)
    {
        RequireJson(context);
        try
        {
            return await JsonReceiver.ReceiveAsync(context, bounds).ConfigureAwait(false);
        }
        catch (JsonBoundsException problem)
        {
            throw Bad(problem, expected);
        }
    }

    /// <summary>Reads a JSON object whose bytes were received already.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="type">What to read.</param>
    /// <param name="expected">What to send instead of what makes no sense, for people: <c>an object with name</c>.</param>
    /// <exception cref="ProblemException">It is no JSON, or another one.</exception>
    public static T Read<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type, string expected)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw Null(expected);
        }
        catch (JsonException problem)
        {
            throw Bad(problem, expected);
        }
    }

    /// <summary>The refusal of a body that is made of more than its route takes.</summary>
    /// <param name="problem">What there is too much of.</param>
    /// <param name="expected">What to send instead, for people.</param>
    public static ProblemException Bad(JsonBoundsException problem, string expected)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return new(StatusCodes.Status400BadRequest, "bad-json", $"{problem.Message} Send {expected}.");
    }

    private static void RequireJson(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Request.HasJsonContentType() || !IsUtf8(context.Request.ContentType))
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "not-json", "Send a JSON object in UTF-8 with Content-Type: application/json.");
    }

    private static bool IsUtf8(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static ProblemException Null(string expected) => new(StatusCodes.Status400BadRequest, "bad-json", $"The body is null. Send {expected}.");

    private static ProblemException Bad(JsonException problem, string expected) =>
        new(
            StatusCodes.Status400BadRequest,
            "bad-json",
            $"The body is not the JSON that is expected (line {problem.LineNumber + 1}, byte {problem.BytePositionInLine}). Send {expected}.");
}
