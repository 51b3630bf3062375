using System.CommandLine;
using Headroom.Bench.Cgroups;
using Headroom.Bench.Reports;

namespace Headroom.Bench.Commands;

/// <summary>From a command to its report.</summary>
internal static class Measurement
{
    /// <summary>Measures alone on this machine, prints the report and writes it to the results.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> ReportAsync(ParseResult given, Func<Repository, Task<List<Section>>> measure, CancellationToken cancellationToken) =>
        CatchAsync(async () =>
    {
        MemoryCgroup.RequirePrivilege();
        var repository = Repository.Find();
        using var alone = repository.RunAlone();
        var machine = await MachineFacts.CollectAsync(repository, TimeProvider.System, [.. given.Tokens.Select(token => token.Value)], cancellationToken);
        var report = new Report(machine, await measure(repository));
        Console.WriteLine($"\n{report.Markdown()}");
        Console.WriteLine(
            $"Written to {Path.GetRelativePath(repository.Root, await report.WriteAsync(repository.Results, cancellationToken))} and .json beside it.");
    });

    /// <summary>Ends with a sentence instead of a stack trace when the failure is one that people can mend.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> CatchAsync(Func<Task> action)
    {
        try
        {
            await action();
            return 0;
        }
        catch (BenchException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped; everything was cleaned up.");
            return 130;
        }
    }
}
