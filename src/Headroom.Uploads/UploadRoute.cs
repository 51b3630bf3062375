using Headroom.AspNetCore.Problems;
using Headroom.Blobs;
using Headroom.Uploads.Keys;
using Headroom.Uploads.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headroom.Uploads;

/// <summary>
/// Runs the handlers of routes. Their class is made at the first request: mapping routes, as every command does, opens
/// neither store nor keys. What goes wrong in the store or with stored bytes is answered.
/// </summary>
internal static partial class UploadRoute
{
    /// <summary>A handler of a class of endpoints.</summary>
    public static RequestDelegate To<T>(Func<T, HttpContext, Task> handler)
        where T : notnull => Answering(context => handler(context.RequestServices.GetRequiredService<T>(), context));

    /// <summary>Answers what went wrong in a handler.</summary>
    public static RequestDelegate Answering(RequestDelegate handler) => async context =>
    {
        try
        {
            await handler(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested && Problem.From(UploadProblems.Of(failure)) is { } answer)
        {
            if (failure is BlobException or ContainerException or MasterKeyException)
                LogFailure(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Headroom.Uploads"), context.Request.Method, context.Request.Path, failure.Message);
            context.RequestServices.GetRequiredService<UploadMetrics>().Refused(TypeOf(failure));
            await answer.ExecuteAsync(context);
        }
    };

    private static string TypeOf(Exception failure) => UploadProblems.Of(failure) switch
    {
        ProblemException problem => problem.Type,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => "body-timeout",
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => "body-too-large",
        BadHttpRequestException => "bad-body",
        _ => "memory-busy",
    };

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} failed: {Problem}")]
    private static partial void LogFailure(ILogger logger, string method, string path, string problem);
}
