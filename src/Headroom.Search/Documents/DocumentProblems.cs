using Headroom.AspNetCore.Problems;
using Headroom.Sqlite;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headroom.Search.Documents;

/// <summary>What is answered when the database fails.</summary>
internal static partial class DocumentProblems
{
    private const int Full = 13;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>What a failure of the database means for who asks.</summary>
    public static ProblemException Of(SqliteException failure) => failure.SqliteErrorCode == Full
        ? new ProblemException(StatusCodes.Status507InsufficientStorage, "store-full", "There is no space left for documents, and nothing was changed. Try again later, or have the server's operator make room.", RetryAfter)
        : new ProblemException(StatusCodes.Status503ServiceUnavailable, "store-unavailable", "The database of documents can't be used now, and nothing was changed. Try again later; the server's operator finds the reason in the log.", RetryAfter);

    /// <summary>The same when the database could not do it now.</summary>
    public static ProblemException Of(DatabaseBusyException busy) => new(
        StatusCodes.Status503ServiceUnavailable,
        busy.Reason == DatabaseBusyReason.Memory ? "memory-busy" : "database-busy",
        busy.Message,
        DatabaseBusyException.RetryAfter);

    /// <summary>A handler whose failures of the database are answered; its route requires memory, which answers them.</summary>
    public static RequestDelegate Answering(RequestDelegate handler) => async context =>
    {
        try
        {
            await handler(context).ConfigureAwait(false);
        }
        catch (SqliteException failure)
        {
            LogFailure(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Headroom.Search"), context.Request.Method, context.Request.Path, failure.Message);
            throw Of(failure);
        }
        catch (DatabaseBusyException busy)
        {
            throw Of(busy);
        }
    };

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} failed: {Problem}")]
    private static partial void LogFailure(ILogger logger, string method, string path, string problem);
}
