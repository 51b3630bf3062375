using Amazon.S3;

namespace Headroom.Bench.Targets;

/// <summary>A real S3 server outside the cgroup: OpenStack Swift, started by tests/s3/start-swift.</summary>
internal sealed class SwiftServer : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";
    private const string AccessKey = "test:tester";
    private const string SecretKey = "testing";
    private const string Region = "us-east-1";
    private const string Bucket = "uploads";

    private readonly Process _process;
    private readonly string _folder;

    private SwiftServer(Process process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>What a headroom server needs to keep uploads here.</summary>
    public IEnumerable<(string Name, string Value)> Settings { get; private set; } = [];

    /// <summary>Starts it, with an empty bucket.</summary>
    /// <exception cref="BenchException">It is not installed, or does not start.</exception>
    public static async Task<SwiftServer> StartAsync(Repository repository, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Join(repository.Artifacts, $"swift-{Environment.ProcessId}-{Environment.TickCount64}")).FullName;
        var start = new ProcessStartInfo(Python, [repository.SwiftScript, folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var server = new SwiftServer(Process.Start(start) ?? throw new BenchException($"{Python} could not be started."), folder);
        try
        {
            var ready = await server._process.StandardOutput.ReadLineAsync(cancellationToken)
                ?? throw new BenchException("Swift did not start: what it says stands above.");
            var endpoint = new Uri(ready.Split(' ')[1]);
            await MakeBucketAsync(endpoint, cancellationToken);
            server.Settings =
            [
                ("HEADROOM__UPLOADS__STORE", "s3"),
                ("HEADROOM__UPLOADS__S3__ENDPOINT", $"{endpoint}"),
                ("HEADROOM__UPLOADS__S3__BUCKET", Bucket),
                ("HEADROOM__UPLOADS__S3__ACCESSKEY", AccessKey),
                ("HEADROOM__UPLOADS__S3__SECRETKEY", SecretKey),
            ];
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The end of its input ends it, and its servers with it.
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task MakeBucketAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using var s3 = new AmazonS3Client(
            AccessKey, SecretKey, new AmazonS3Config { ServiceURL = $"{endpoint}", ForcePathStyle = true, AuthenticationRegion = Region });
        await s3.PutBucketAsync(Bucket, cancellationToken);
    }
}
