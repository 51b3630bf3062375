using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Web.Problems;

/// <summary>Answers failures with problems.</summary>
public static class ProblemServices
{
    /// <summary>Registers what makes problems of failures. Services add an <see cref="IProblemMapper"/> each for their own.</summary>
    public static IServiceCollection AddProblems(this IServiceCollection services) => services.AddExceptionHandler<ProblemHandler>();

    /// <summary>
    /// Answers expected failures of routes that require no memory, and of whatever stands before the routes. It comes right
    /// behind <c>UseExceptionHandler</c>, which clears the answer's headers first: what a route has said of a range or of a
    /// protocol's version must stay.
    /// </summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            foreach (var handler in context.RequestServices.GetServices<IExceptionHandler>())
            {
                if (await handler.TryHandleAsync(context, failure, context.RequestAborted).ConfigureAwait(false))
                    return;
            }
            throw;
        }
    });
}
