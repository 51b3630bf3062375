using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Headroom.EndToEnd.Running;

/// <summary>A program under test: started with settings of its own, heard, and stopped as a platform does it.</summary>
public sealed partial class Program : IDisposable
{
    private const int Terminate = 15;

    // What the machine that runs the tests has set must not reach the program.
    private static readonly string[] Settings = ["HOST", "PORT", "WORKERS", "WEB_CONCURRENCY", "TALLY_SIGNING_SECRET", "TALLY_SIGNING_SECRET_PREVIOUS"];

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private Program(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything it has said so far.</summary>
    public string Output => string.Join('\n', _lines);

    public bool HasExited => _process.HasExited;

    public static Program Start(string path, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(name => Settings.Contains(name)
            || name.StartsWith("HEADROOM", StringComparison.Ordinal)
            || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return new Program(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string path, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        using var program = Start(path, settings, arguments);
        return (await program.WaitForExitAsync(), program.Output);
    }

    /// <summary>Waits until it says something.</summary>
    /// <returns>The line.</returns>
    public async Task<string> HearAsync(string text)
    {
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        while (true)
        {
            if (_lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } found)
                return found;
            Assert.False(_process.HasExited, $"It ended without saying «{text}»:\n{Output}");
            Assert.False(deadline.IsCancellationRequested, $"It never said «{text}»:\n{Output}");
            await Task.Delay(20);
        }
    }

    /// <summary>Asks it to stop: SIGTERM.</summary>
    public void AskToStop() => Assert.Equal(0, Kill(_process.Id, Terminate));

    /// <summary>Asks it to stop and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync()
    {
        AskToStop();
        return WaitForExitAsync();
    }

    /// <summary>Kills it as the kernel does when memory runs out: nothing of it runs any more.</summary>
    public Task<int> KillAsync()
    {
        _process.Kill();
        return WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Eventually.Patience);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It did not end:\n{Output}");
        }
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is not null)
            _lines.Enqueue(line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
