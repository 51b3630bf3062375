using System.CommandLine;

namespace Headroom.Server.Commands;

/// <summary>
/// <c>headroom plan</c>: prints the memory plan without serving, and makes no file; exit code 1 when it does not fit, or
/// the data would be in memory.
/// </summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var command = new Command("plan", "Print the memory plan without serving. Exit code 1 when it does not fit, or its data would be in memory.");
        command.SetAction((_, cancellationToken) => Failures.CatchAsync(async () =>
        {
            await using var app = ServerApplication.Build();
            var plan = app.RequirePlan();
            await Console.Out.WriteAsync(plan.ToString());
            return 0;
        }));
        return command;
    }
}
