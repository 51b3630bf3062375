using System.Diagnostics;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>A real S3 server, OpenStack Swift with its s3api, and s3cmd to look into its bucket.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private const string Python = "/usr/bin/python3";
    private const string AccessKey = "test:tester";
    private const string SecretKey = "testing";
    private const string Bucket = "uploads";

    private readonly TemporaryFolder _folder = new();
    private Process? _process;
    private Uri? _endpoint;

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await CommandAsync("mb", $"s3://{Bucket}");
    }

    /// <summary>Starts it, or again where and with what it was before.</summary>
    public async Task StartAsync()
    {
        Assert.True(File.Exists(Python), $"The tests of S3 start a real server, which needs {Python} and Swift: apt-get install --no-install-recommends python3-swift");
        string[] port = _endpoint is null ? [] : [$"{_endpoint.Port}"];
        _process = Process.Start(new ProcessStartInfo(Python, [Path.Join(Built.S3, "start-swift"), Path.Join(_folder.Path, "swift"), .. port]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = _process.StandardError.ReadToEndAsync();
        var ready = await _process.StandardOutput.ReadLineAsync();
        Assert.True(ready is not null, $"The tests of S3 could not start their server: {(ready is null ? await errors : "")}");
        _endpoint = new Uri(ready!.Split(' ')[1]);
    }

    /// <summary>Stops it; what it keeps stays.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        // The end of its input ends it, and its servers with it.
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Settings of a server that keeps its uploads here.</summary>
    public Dictionary<string, string> Settings(string data) => UploadFixture.Settings(
        data,
        ("HEADROOM__UPLOADS__STORE", "s3"),
        ("HEADROOM__UPLOADS__S3__ENDPOINT", _endpoint!.ToString()),
        ("HEADROOM__UPLOADS__S3__BUCKET", Bucket),
        ("HEADROOM__UPLOADS__S3__ACCESSKEY", AccessKey),
        ("HEADROOM__UPLOADS__S3__SECRETKEY", SecretKey));

    /// <summary>What the bucket holds, a line for each object: time, size, address.</summary>
    public async Task<string[]> ListAsync() => (await CommandAsync("ls", "--recursive", $"s3://{Bucket}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A file's bytes in the bucket, as another program reads them.</summary>
    public async Task<byte[]> GetAsync(string key)
    {
        var file = Path.Join(_folder.Path, key);
        await CommandAsync("get", $"s3://{Bucket}/objects/{key}", file);
        return await File.ReadAllBytesAsync(file);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private async Task<string> CommandAsync(params string[] arguments)
    {
        var (exitCode, output) = await Program.RunAsync(
            "s3cmd", new Dictionary<string, string>(),
            ["--config=/dev/null", $"--access_key={AccessKey}", $"--secret_key={SecretKey}", $"--host={_endpoint!.Authority}", $"--host-bucket={_endpoint!.Authority}", "--no-ssl", "--no-progress", "--region=us-east-1", .. arguments]);
        Assert.True(exitCode == 0, $"s3cmd {arguments[0]} failed; it is Debian's package s3cmd: {output}");
        return output;
    }
}
