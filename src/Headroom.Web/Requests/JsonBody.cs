using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Web.Requests;

/// <summary>Bodies that are JSON.</summary>
public static class JsonBody
{
    /// <summary>Reads a JSON object.</summary>
    /// <param name="context">The request; its route requires memory for the body.</param>
    /// <param name="type">What to read.</param>
    /// <param name="expected">What to send instead of what makes no sense, for people: <c>an object with name</c>.</param>
    /// <exception cref="ProblemException">It is no JSON, or another one.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, string expected)
        where T : class
    {
        RequireJson(context);
        try
        {
            return await context.Request.ReadFromJsonAsync(type, context.RequestAborted).ConfigureAwait(false) ?? throw Null(expected);
        }
        catch (JsonException problem)
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

    /// <summary>Refuses a body that does not say that it is JSON.</summary>
    /// <exception cref="ProblemException">It says something else, or nothing.</exception>
    public static void RequireJson(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.Request.HasJsonContentType())
            throw new ProblemException(StatusCodes.Status415UnsupportedMediaType, "not-json", "Send a JSON object with Content-Type: application/json.");
    }

    private static ProblemException Null(string expected) => new(StatusCodes.Status400BadRequest, "bad-json", $"The body is null. Send {expected}.");

    private static ProblemException Bad(JsonException problem, string expected) =>
        new(
            StatusCodes.Status400BadRequest,
            "bad-json",
            $"The body is not the JSON that is expected (line {problem.LineNumber + 1}, byte {problem.BytePositionInLine}). Send {expected}.");
}
