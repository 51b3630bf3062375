using System.Text.Json;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Load;

/// <summary>The load clients as processes of their own, outside the server's cgroup and at the lowest priority.</summary>
public static class LoadProcess
{
    /// <summary>The hidden verb that makes the program the client of many at once.</summary>
    public const string CrowdVerb = "load";

    /// <summary>The hidden verb that makes the program the mixed client.</summary>
    public const string MixVerb = "mix";

    /// <summary>The hidden verb that makes the program the client of uploads.</summary>
    public const string UploadVerb = "send";

    private const int Niceness = 19;

    /// <summary>Starts a client, waits for it, and returns what it saw.</summary>
    /// <exception cref="BenchException">It did not print a report.</exception>
    public static Task<LoadReport> RunAsync(HeadroomProgram headroom, LoadPlan plan, CancellationToken cancellationToken) =>
        RunAsync<LoadPlan, LoadReport>(headroom, CrowdVerb, plan, cancellationToken);

    /// <inheritdoc cref="RunAsync(HeadroomProgram, LoadPlan, CancellationToken)"/>
    public static Task<MixReport> RunAsync(HeadroomProgram headroom, MixPlan plan, CancellationToken cancellationToken) =>
        RunAsync<MixPlan, MixReport>(headroom, MixVerb, plan, cancellationToken);

    /// <inheritdoc cref="RunAsync(HeadroomProgram, LoadPlan, CancellationToken)"/>
    public static Task<UploadReport> RunAsync(HeadroomProgram headroom, UploadPlan plan, CancellationToken cancellationToken) =>
        RunAsync<UploadPlan, UploadReport>(headroom, UploadVerb, plan, cancellationToken);

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

    /// <summary>What the process of uploads does.</summary>
    public static Task ServeUploadsAsync(CancellationToken cancellationToken) =>
        ServeAsync<UploadPlan, UploadReport>(
            async plan =>
            {
                if (plan.WarmUpFiles > 0)
                    await new UploadClient(plan with { Sizes = plan.Sizes with { Count = plan.WarmUpFiles } }).RunAsync(cancellationToken);
                return await new UploadClient(plan).RunAsync(cancellationToken);
            },
            cancellationToken);

    private static async Task<TReport> RunAsync<TPlan, TReport>(HeadroomProgram headroom, string verb, TPlan plan, CancellationToken cancellationToken)
        where TReport : class
    {
        string[] arguments = ["-n", $"{Niceness}", .. headroom.Command(verb)];
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

    private static async Task ServeAsync<TPlan, TReport>(Func<TPlan, Task<TReport>> run, CancellationToken cancellationToken)
    {
        var text = await Console.In.ReadToEndAsync(cancellationToken);
        var plan = JsonSerializer.Deserialize<TPlan>(text, BenchJson.Plain) ?? throw new BenchException("The load client expects its plan as JSON on the standard input.");
        Console.WriteLine(JsonSerializer.Serialize(await run(plan), BenchJson.Plain));
    }
}
