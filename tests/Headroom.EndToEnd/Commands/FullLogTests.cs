using System.Diagnostics;
using System.Net;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Commands;

/// <summary>A standard output that nobody reads, as a platform's log collector that hangs leaves it.</summary>
public sealed class FullLogTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Requests_are_answered_while_nobody_reads_the_log()
    {
        var start = new ProcessStartInfo(Built.Server) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = _data.Path };
        foreach (var (name, value) in Server.Settings(_data.Path, ("HEADROOM__MODELS__PRELOAD", "false"), ("Logging__LogLevel__Default", "Trace")))
            start.Environment[name] = value;
        start.Environment["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace";
        using var process = Process.Start(start)!;
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressAsync(process), Timeout = TimeSpan.FromMinutes(1) };

            // Each writes some lines: many times what the pipe and the logger's queue hold.
            for (var i = 0; i < 3000; i++)
            {
                using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task<Uri> AddressAsync(Process process)
    {
        const string Serves = "Headroom serves on ";
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith(Serves, StringComparison.Ordinal))
                return new Uri(line[Serves.Length..]);
        }
        Assert.Fail("It ended before it served.");
        return null!;
    }
}
