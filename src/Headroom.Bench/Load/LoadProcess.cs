using System.Text.Json;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Load;

/// <summary>The load client as a process of its own, outside the server's cgroup and at the lowest priority.</summary>
public static class LoadProcess
{
    /// <summary>The hidden verb that makes this program the load client.</summary>
    public const string Verb = "load";

    private const int Niceness = 19;

    /// <summary>Starts a client, waits for it, and returns what it saw.</summary>
    /// <exception cref="BenchException">It did not print a report.</exception>
    public static async Task<LoadReport> RunAsync(HeadroomProgram headroom, LoadPlan plan, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("nice") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-n");
        start.ArgumentList.Add($"{Niceness}");
        foreach (var argument in headroom.Command(Verb))
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start) ?? throw new BenchException("«nice» could not be started.");
        try
        {
            await process.StandardInput.WriteAsync(JsonSerializer.Serialize(plan, BenchJson.Plain).AsMemory(), cancellationToken);
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 && JsonSerializer.Deserialize<LoadReport>(output, BenchJson.Plain) is { } report
                ? report
                : throw new BenchException($"The load client ended with {process.ExitCode} and no report.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What the process does: a plan from the standard input, a report to the standard output.</summary>
    public static async Task ServeAsync(CancellationToken cancellationToken)
    {
        var text = await Console.In.ReadToEndAsync(cancellationToken);
        var plan = JsonSerializer.Deserialize<LoadPlan>(text, BenchJson.Plain) ?? throw new BenchException("The load client expects its plan as JSON on the standard input.");
        using var client = new LoadClient(plan);
        Console.WriteLine(JsonSerializer.Serialize(await client.RunAsync(cancellationToken), BenchJson.Plain));
    }
}
