using System.Diagnostics;

namespace Headroom.Onnx.Tests;

/// <summary>Starts the program that does what needs a process of its own.</summary>
internal static class TestHost
{
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Headroom.Onnx.Tests.Host");

    public static PreparationCommand Command(string verb) => new(Program, [verb]);

    /// <summary>Runs it to its end.</summary>
    public static (int ExitCode, string Output, string Errors) Run(Action<ProcessStartInfo> configure, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        configure(start);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim(), errors.Result.Trim());
    }

    public static (int ExitCode, string Output, string Errors) Run(params string[] arguments) => Run(_ => { }, arguments);
}
