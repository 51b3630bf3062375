using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;

namespace Headroom.Search.Documents;

/// <summary>What is answered when something can't be done.</summary>
internal static class DocumentProblems
{
    private const int Full = 13;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    /// <summary>What a failure of the database means for who asks.</summary>
    public static ProblemException Of(SqliteException failure) => failure.SqliteErrorCode == Full
        ? new ProblemException(StatusCodes.Status507InsufficientStorage, "store-full", "There is no space left for documents, and nothing was stored. Try again later, or have the server's operator make room.", RetryAfter)
        : new ProblemException(StatusCodes.Status503ServiceUnavailable, "store-unavailable", "The database of documents can't be used now, and nothing was stored. Send it again later; the server's operator finds the reason in the log.", RetryAfter);
}
