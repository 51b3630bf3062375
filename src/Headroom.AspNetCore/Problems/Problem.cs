using System.Globalization;
using Headroom.Budget;
using Headroom.Residents;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace Headroom.AspNetCore.Problems;

/// <summary>Answers that say what happened and what to do (RFC 9457). The <c>type</c> of each is stable.</summary>
public static class Problem
{
    /// <summary>A problem.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="type">The stable name's last part, for example <c>no-face</c>.</param>
    /// <param name="detail">What happened and what to do, for people.</param>
    public static ProblemHttpResult Of(int status, string type, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: TitleOf(status, type), type: "urn:headroom:" + type);

    /// <summary>Statuses that HTTP does not know, as those of protocols above it, have no phrase.</summary>
    private static string TitleOf(int status, string type) =>
        ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase : char.ToUpperInvariant(type[0]) + type[1..].Replace('-', ' ');

    /// <summary>413: the body is larger than the route takes.</summary>
    public static ProblemHttpResult BodyTooLarge(long length, ByteSize max) =>
        Of(
            StatusCodes.Status413PayloadTooLarge,
            "body-too-large",
            $"The body has {new ByteSize(length)}; this route takes at most {max}. Send a smaller one.");

    /// <summary>The answer to an expected failure; null for one that nobody expected.</summary>
    public static IResult? From(Exception failure) => failure switch
    {
        ProblemException { RetryAfter: { } later } problem => new RetryLater(Of(problem.Status, problem.Type, problem.Message), later),
        ProblemException problem => Of(problem.Status, problem.Type, problem.Message),
        MemoryLeaseRefusedException refusal => Busy(refusal),
        ModelUnavailableException model => Unavailable("model-unavailable", Folders.LeaveOut(model.Message), TimeSpan.FromSeconds(5)),
        BadHttpRequestException body => BadBody(body),
        _ => null,
    };

    private static IResult Busy(MemoryLeaseRefusedException refusal) => refusal.Reason == LeaseRefusal.TooLarge
        ? Of(StatusCodes.Status413PayloadTooLarge, "operation-too-large", refusal.Message)
        : new RetryLater(Of(StatusCodes.Status503ServiceUnavailable, "memory-busy", refusal.Message), refusal.RetryAfter);

    /// <summary>503 with <c>Retry-After</c>, for whatever is not there yet.</summary>
    public static IResult Unavailable(string type, string detail, TimeSpan retryAfter) =>
        new RetryLater(Of(StatusCodes.Status503ServiceUnavailable, type, detail), retryAfter);

    /// <summary>503: the work was stopped to get its memory back.</summary>
    internal static IResult WorkCancelled(TimeSpan retryAfter) =>
        Unavailable(
            "work-cancelled",
            "Memory ran short and this was the largest piece of work, so it was stopped and does not count. "
            + "Send it again; what was acknowledged before stays.",
            retryAfter);

    private static ProblemHttpResult BadBody(BadHttpRequestException problem) => problem.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => Of(problem.StatusCode, "body-timeout", problem.Message + " Send it again over a faster connection."),
        StatusCodes.Status413PayloadTooLarge => Of(problem.StatusCode, "body-too-large", problem.Message),
        _ => Of(problem.StatusCode, "bad-body", problem.Message),
    };

    private sealed class RetryLater(ProblemHttpResult problem, TimeSpan retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = Math.Ceiling(retryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return problem.ExecuteAsync(httpContext);
        }
    }
}
