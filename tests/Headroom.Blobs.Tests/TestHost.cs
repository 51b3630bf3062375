using System.Diagnostics;

namespace Headroom.Blobs.Tests;

/// <summary>Starts the program that does what needs a process of its own.</summary>
internal static class TestHost
{
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Headroom.Blobs.Tests.Host");

    public static Process Start(string program, params IEnumerable<string> arguments) =>
        Process.Start(Describe(program, arguments))!;

    /// <summary>Runs it to its end, which must be a good one.</summary>
    /// <returns>What it said.</returns>
    public static Task<string> RunAsync(string program, params string[] arguments) => RunAsync(Describe(program, arguments));

    /// <inheritdoc cref="RunAsync(string, string[])"/>
    public static async Task<string> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{Path.GetFileName(start.FileName)} ended with {process.ExitCode}: {await errors}");
        return output;
    }

    public static ProcessStartInfo Describe(string program, IEnumerable<string> arguments) =>
        new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
}
