using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>A real S3 server, OpenStack Swift with its s3api, and s3cmd to look into its bucket.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private const string Bucket = "uploads";

    private readonly TemporaryFolder _folder = new();
    private SwiftProcess? _process;
    private Uri? _endpoint;

    public async ValueTask InitializeAsync()
    {
        if (!NeededProgram.Swift.IsHere || !NeededProgram.S3cmd.IsHere)
            return;
        await StartAsync();
        await CommandAsync("mb", $"s3://{Bucket}");
    }

    /// <summary>Starts it, or again where and with what it was before.</summary>
    public async Task StartAsync()
    {
        _process = await SwiftProcess.StartOrSkipAsync(Path.Join(Built.S3, "start-swift"), _folder["swift"], _endpoint?.Port);
        _endpoint = _process.Endpoint;
    }

    /// <summary>Stops it; what it keeps stays.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Settings of a server that keeps its uploads here.</summary>
    public Dictionary<string, string> Settings(string data) => UploadFixture.Settings(
        data,
        ("HEADROOM__UPLOADS__STORE", "s3"),
        ("HEADROOM__UPLOADS__S3__ENDPOINT", EndpointOrSkip().ToString()),
        ("HEADROOM__UPLOADS__S3__BUCKET", Bucket),
        ("HEADROOM__UPLOADS__S3__ACCESSKEY", SwiftProcess.AccessKey),
        ("HEADROOM__UPLOADS__S3__SECRETKEY", SwiftProcess.SecretKey));

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

    private Uri EndpointOrSkip()
    {
        NeededProgram.Swift.PathOrSkip();
        NeededProgram.S3cmd.PathOrSkip();
        return _endpoint!;
    }

    private async Task<string> CommandAsync(params string[] arguments)
    {
        var (exitCode, output) = await Program.RunAsync(
            NeededProgram.S3cmd.PathOrSkip(), new Dictionary<string, string>(),
            [
                "--config=/dev/null",
                $"--access_key={SwiftProcess.AccessKey}",
                $"--secret_key={SwiftProcess.SecretKey}",
                $"--host={_endpoint!.Authority}",
                $"--host-bucket={_endpoint!.Authority}",
                "--no-ssl",
                "--no-progress",
                "--region=us-east-1",
                .. arguments,
            ]);
        Assert.True(exitCode == 0, $"s3cmd {arguments[0]} failed: {output}");
        return output;
    }
}
