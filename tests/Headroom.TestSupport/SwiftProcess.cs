using System.Diagnostics;

namespace Headroom.TestSupport;

/// <summary>A real S3 server, OpenStack Swift with its s3api, in a folder of its own: path style, region us-east-1.</summary>
public sealed class SwiftProcess : IAsyncDisposable
{
    public const string AccessKey = "test:tester";
    public const string SecretKey = "testing";

    private readonly Process _process;

    private SwiftProcess(Process process, Uri endpoint) => (_process, Endpoint) = (process, endpoint);

    public Uri Endpoint { get; }

    /// <param name="script">The path of start-swift.</param>
    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="port">Where it listens; somewhere free by default.</param>
    public static async Task<SwiftProcess> StartOrSkipAsync(string script, string folder, int? port = null)
    {
        string[] more = port is null ? [] : [$"{port}"];
        var process = Process.Start(new ProcessStartInfo(NeededProgram.Swift.PathOrSkip(), [script, folder, .. more])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var ready = await process.StandardOutput.ReadLineAsync();
        Assert.True(ready is not null, $"The tests of S3 could not start their server: {(ready is null ? await errors : "")}");
        return new SwiftProcess(process, new Uri(ready!.Split(' ')[1]));
    }

    /// <summary>Stops it; what it keeps stays.</summary>
    public async ValueTask DisposeAsync()
    {
        // The end of its input ends it, and its servers with it.
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
