using System.Diagnostics;

namespace Headroom.Tests.Limits;

/// <summary>A process that looks at the cgroup it was started in.</summary>
internal static class ProbedCgroup
{
    /// <summary>Starts the probe as a member of this cgroup and returns what it printed.</summary>
    /// <param name="cgroup">The cgroup.</param>
    /// <param name="scenario">What it is to do, and with what.</param>
    public static Task<IReadOnlyDictionary<string, string>> RunProbeAsync(this RealCgroup cgroup, params string[] scenario) =>
        cgroup.RunProbeAsync([], scenario);

    /// <inheritdoc cref="RunProbeAsync(RealCgroup, string[])"/>
    /// <param name="cgroup">The cgroup.</param>
    /// <param name="by">A program, with its arguments, that becomes the probe: it runs what follows them.</param>
    /// <param name="scenario">What it is to do, and with what.</param>
    public static async Task<IReadOnlyDictionary<string, string>> RunProbeAsync(this RealCgroup cgroup, string[] by, string[] scenario)
    {
        string[] arguments =
        [
            "-c",
            "echo $$ > \"$0\" && exec \"$@\"",
            cgroup.ProcessesFile,
            .. by,
            "dotnet",
            Path.Join(AppContext.BaseDirectory, "Headroom.LimitProbe.dll"),
            .. scenario,
        ];
        var start = new ProcessStartInfo("/bin/sh", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"The probe ended with {process.ExitCode}: {await errors}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
    }
}
