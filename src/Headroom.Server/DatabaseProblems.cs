using Headroom.AspNetCore.Problems;
using Headroom.Sqlite;
using Microsoft.AspNetCore.Diagnostics;

namespace Headroom.Server;

/// <summary>Answers for every route, and for who has not been let in yet, when the database could not do it now.</summary>
internal sealed class DatabaseProblems : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not DatabaseBusyException busy)
            return false;
        var type = busy.Reason == DatabaseBusyReason.Memory ? "memory-busy" : "database-busy";
        await Problem.Unavailable(type, busy.Message, DatabaseBusyException.RetryAfter).ExecuteAsync(httpContext);
        return true;
    }
}
