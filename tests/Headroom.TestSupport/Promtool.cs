using System.Diagnostics;

namespace Headroom.TestSupport;

/// <summary>Prometheus's own tool: it knows best what Prometheus can read.</summary>
public static class Promtool
{
    /// <summary>Runs it and insists that it has nothing to complain about.</summary>
    /// <param name="input">What it reads from standard input.</param>
    /// <param name="arguments">What to do.</param>
    public static async Task IsContentAsync(string input, params string[] arguments)
    {
        using var promtool = Process.Start(new ProcessStartInfo(NeededProgram.Promtool.PathOrSkip(), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(input);
        promtool.StandardInput.Close();
        var output = promtool.StandardOutput.ReadToEndAsync();
        var complaints = await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0 && complaints.Length == 0, $"promtool {string.Join(' ', arguments)}: {complaints}{await output}");
    }
}
