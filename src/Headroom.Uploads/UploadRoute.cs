using Headroom.AspNetCore.Problems;
using Headroom.Uploads.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Uploads;

/// <summary>
/// Runs the handlers of routes. Their class is made at the first request: mapping routes, as every command does, opens
/// neither store nor keys. What they refuse is counted here and answered further out.
/// </summary>
internal static class UploadRoute
{
    /// <summary>A handler of a class of endpoints.</summary>
    public static RequestDelegate To<T>(Func<T, HttpContext, Task> handler)
        where T : notnull => Counting(context => handler(context.RequestServices.GetRequiredService<T>(), context));

    private static RequestDelegate Counting(RequestDelegate handler) => async context =>
    {
        try
        {
            await handler(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested && TypeOf(failure) is { } type)
        {
            context.RequestServices.GetRequiredService<UploadMetrics>().Refused(type);
            throw;
        }
    };

    /// <returns>The last part of the problem's type that will be answered; null for a failure that nobody expected.</returns>
    private static string? TypeOf(Exception failure) => UploadProblems.Of(failure) is { } known ? known.Type : failure switch
    {
        ProblemException problem => problem.Type,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => "body-timeout",
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => "body-too-large",
        BadHttpRequestException => "bad-body",
        _ => Problem.From(failure) is null ? null : "memory-busy",
    };
}
