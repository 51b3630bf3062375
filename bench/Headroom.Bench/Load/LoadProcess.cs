using System.Text.Json;
using Headroom.Bench.Programs;

namespace Headroom.Bench.Load;

/// <summary>The load clients as processes of their own, outside the server's cgroup and at the lowest priority.</summary>
internal static class LoadProcess
{
    /// <summary>The hidden verb that makes the bench the client of many at once.</summary>
    public const string CrowdVerb = "load";

    /// <summary>The hidden verb that makes the bench the mixed client.</summary>
    public const string MixVerb = "mix";

    private const int Niceness = 19;

    /// <summary>Starts a client, waits for it, and returns what it saw.</summary>
    /// <exception cref="BenchException">It did not print a report.</exception>
    public static Task<LoadReport> RunAsync(BuiltProgram bench, LoadPlan plan, CancellationToken cancellationToken) =>
        RunAsync<LoadPlan, LoadReport>(bench, CrowdVerb, plan, cancellationToken);

    /// <inheritdoc cref="RunAsync(BuiltProgram, LoadPlan, CancellationToken)"/>
    public static Task<MixReport> RunAsync(BuiltProgram bench, MixPlan plan, CancellationToken cancellationToken) =>
        RunAsync<MixPlan, MixReport>(bench, MixVerb, plan, cancellationToken);

    /// <summary>Starts a client that does what a verb of the bench does.</summary>
    /// <inheritdoc cref="RunAsync(BuiltProgram, LoadPlan, CancellationToken)"/>
    public static async Task<TReport> RunAsync<TPlan, TReport>(BuiltProgram bench, string verb, TPlan plan, CancellationToken cancellationToken)
        where TReport : class
    {
        string[] arguments = ["-n", $"{Niceness}", bench.Location, verb];
        var start = new ProcessStartInfo("nice", arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        // Compiled once and for good: a compiler that goes on for seconds would take the processor from who is measured.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        using var process = Process.Start(start) ?? throw new BenchException("«nice» could not be started.");
        try
        {
            await process.StandardInput.WriteAsync(JsonSerializer.Serialize(plan, BenchJson.Plain).AsMemory(), cancellationToken);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 && JsonSerializer.Deserialize<TReport>(output, BenchJson.Plain) is { } report
                ? report
                : throw new BenchException($"The load client ended with {process.ExitCode} and no report.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What the crowd's process does: a plan from the standard input, a report to the standard output.</summary>
    public static Task ServeCrowdAsync(CancellationToken cancellationToken) => ServeAsync<LoadPlan, LoadReport>(
        async plan =>
        {
            using var client = new LoadClient(plan);
            return await client.RunAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>What the mixed client's process does.</summary>
    public static Task ServeMixAsync(CancellationToken cancellationToken) =>
        ServeAsync<MixPlan, MixReport>(plan => new MixClient(plan).RunAsync(cancellationToken), cancellationToken);

    /// <summary>What any such process does.</summary>
    public static async Task ServeAsync<TPlan, TReport>(Func<TPlan, Task<TReport>> run, CancellationToken cancellationToken)
    {
        var text = await Console.In.ReadToEndAsync(cancellationToken);
        var plan = JsonSerializer.Deserialize<TPlan>(text, BenchJson.Plain)
            ?? throw new BenchException("The load client expects its plan as JSON on the standard input.");
        Console.WriteLine(JsonSerializer.Serialize(await run(plan), BenchJson.Plain));
    }
}
