using System.Diagnostics;

namespace Headroom.Tests.Durability;

/// <summary>Another process that takes a folder and writes to it when it is asked to.</summary>
internal sealed class HoldingProcess : IDisposable
{
    private readonly Process _process;

    private HoldingProcess(Process process) => _process = process;

    public static HoldingProcess Start(string folder) => new(Process.Start(
        new ProcessStartInfo("dotnet", [Path.Join(AppContext.BaseDirectory, "Headroom.LimitProbe.dll"), "hold", folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);

    /// <summary>The next thing it says.</summary>
    public async Task<string?> HearAsync() => await _process.StandardOutput.ReadLineAsync();

    /// <summary>Asks it to write, and hears what came of it.</summary>
    public async Task<string?> WriteAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        return await HearAsync();
    }

    /// <summary>Kills it as the kernel does when memory runs out.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
