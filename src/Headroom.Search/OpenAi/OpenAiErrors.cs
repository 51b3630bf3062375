using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.OpenAi;

/// <summary>
/// Marks the routes that OpenAI's clients call: whatever answers a problem there (no key, no memory, a body too large)
/// answers their <c>error</c> within it.
/// </summary>
public sealed class OpenAiErrors
{
    private const string Prefix = "urn:headroom:";

    internal OpenAiErrors()
    {
    }

    /// <summary>Adds <c>error</c> to a problem of a route that is marked; for <see cref="ProblemDetailsOptions.CustomizeProblemDetails"/>.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<OpenAiErrors>() is null)
            return;
        var problem = context.ProblemDetails;
        var status = problem.Status ?? context.HttpContext.Response.StatusCode;
        var code = problem.Type?.StartsWith(Prefix, StringComparison.Ordinal) == true ? problem.Type[Prefix.Length..].Replace('-', '_') : null;
        problem.Extensions["error"] = JsonSerializer.SerializeToElement(
            Body(status, problem.Detail ?? problem.Title ?? "The request failed.", null, code), OpenAiJson.Default.ErrorBody);
    }

    internal static ErrorBody Body(int status, string message, string? param, string? code) => new(
        message,
        status switch
        {
            StatusCodes.Status401Unauthorized => "authentication_error",
            StatusCodes.Status403Forbidden => "permission_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        },
        param,
        code);
}
