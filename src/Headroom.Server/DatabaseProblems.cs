using Headroom.AspNetCore.Problems;
using Headroom.Sqlite;
using Headroom.Sqlite.Checking;
using Headroom.Web.Problems;

namespace Headroom.Server;

/// <summary>What it means for who asks, on every route, that the database could not do it.</summary>
internal sealed class DatabaseProblems : IProblemMapper
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    public ProblemException? Map(Exception failure) => failure switch
    {
        DatabaseBusyException { Reason: DatabaseBusyReason.Memory } => Later("memory-busy", failure.Message, DatabaseBusyException.RetryAfter),
        DatabaseBusyException => Later("database-busy", failure.Message, DatabaseBusyException.RetryAfter),
        DatabaseException { Problem: DatabaseProblem.Full } => new ProblemException(
            StatusCodes.Status507InsufficientStorage,
            "store-full",
            "There is no space left in the database, and nothing was changed. Try again later, or have the server's operator make room.",
            RetryAfter),
        DamagedRowException => new ProblemException(
            StatusCodes.Status500InternalServerError,
            "record-damaged",
            "What is stored of this is not what was written, and nothing of it is given out; other records are not concerned. "
            + "Remove it, or have the server's operator restore it from a backup."),
        DatabaseException => Later(
            "store-unavailable",
            "The database can't be used now, and nothing was changed. Try again later; the server's operator finds the reason in the log.",
            RetryAfter),
        _ => null,
    };

    private static ProblemException Later(string type, string detail, TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, type, detail, retryAfter);
}
