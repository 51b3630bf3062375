using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Headroom.Web.Problems;

/// <summary>Makes problems of what is thrown, for every route and for who has not been let in yet: the one place that does.</summary>
internal sealed partial class ProblemHandler(IEnumerable<IProblemMapper> mappers, ILogger<ProblemHandler> logger) : IExceptionHandler
{
    private readonly IProblemMapper[] _mappers = [.. mappers];

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var problem = Map(exception);
        if (Problem.From(problem ?? exception) is not { } answer)
            return false;
        // What the answer keeps to itself is for the operator.
        if (problem is not null && problem.Message != exception.Message)
            LogFailure(httpContext.Request.Method, httpContext.Request.Path, exception.Message);
        await answer.ExecuteAsync(httpContext).ConfigureAwait(false);
        return true;
    }

    private ProblemException? Map(Exception failure)
    {
        foreach (var mapper in _mappers)
        {
            if (mapper.Map(failure) is { } problem)
                return problem;
        }
        return null;
    }

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} failed: {Problem}")]
    private partial void LogFailure(string method, string path, string problem);
}
