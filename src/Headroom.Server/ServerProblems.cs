using Headroom.Search.OpenAi;

namespace Headroom.Server;

/// <summary>Gives the problems that ASP.NET Core itself answers with a stable type and a sentence.</summary>
internal static class ServerProblems
{
    public static void Complete(ProblemDetailsContext context)
    {
        Describe(context);
        OpenAiErrors.Complete(context);
    }

    private static void Describe(ProblemDetailsContext context)
    {
        if (context.ProblemDetails.Detail is not null)
            return;
        var request = context.HttpContext.Request;
        (string Type, string Detail)? known = context.ProblemDetails.Status switch
        {
            StatusCodes.Status404NotFound => ("no-such-route", $"There is nothing at {request.Path}. Check the path; GET /health answers on every headroom."),
            StatusCodes.Status405MethodNotAllowed => ("wrong-method", $"{request.Path} does not take {request.Method}. The header Allow says what it takes."),
            StatusCodes.Status500InternalServerError =>
                ("unexpected", "Something went wrong that nobody expected. Try again; the server's log says what it was."),
            _ => null,
        };
        if (known is not { } problem)
            return;
        context.ProblemDetails.Type = "urn:headroom:" + problem.Type;
        context.ProblemDetails.Detail = problem.Detail;
    }
}
