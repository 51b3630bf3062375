namespace Headroom.Bench.Tests.Commands;

public sealed class ProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_loads_nothing_of_the_bench()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process has mapped is read from /proc.");
        var start = new ProcessStartInfo(Built.Server.Location) { UseShellExecute = false, RedirectStandardOutput = true };
        (start.Environment["PORT"], start.Environment["HEADROOM_DATA"]) = ("0", _folder.Path);
        using var process = Process.Start(start)!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Headroom serves", StringComparison.Ordinal))
            {
                // The plan comes first.
            }
            var mapped = await File.ReadAllTextAsync($"/proc/{process.Id}/maps");
            Assert.Contains("Headroom.Faces.dll", mapped, StringComparison.Ordinal);
            Assert.DoesNotContain("Headroom.Bench.dll", mapped, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task The_help_names_the_scenarios()
    {
        var start = new ProcessStartInfo(Built.Server.Location, ["bench", "--help"]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var help = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.All((string[])["clock", "start", "idle", "overload", "lower-limit", "leak", "large-models", "soak", "together", "vectors", "uploads"], verb => Assert.Contains($"  {verb} ", help, StringComparison.Ordinal));
        Assert.DoesNotContain("host-models", help, StringComparison.Ordinal);
    }
}
