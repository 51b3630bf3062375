using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;
using Headroom.Blobs.Spooling;

namespace Headroom.Blobs.S3.Tests;

/// <summary>A real S3 server: OpenStack Swift with its s3api, on ports and in a folder of its own.</summary>
public sealed class SwiftServer : IAsyncLifetime
{
    public const string AccessKey = "test:tester";
    public const string SecretKey = "testing";
    private const string Python = "/usr/bin/python3";

    private readonly TemporaryFolder _folder = new();
    private Process? _process;
    private int _spools;

    public Uri Endpoint { get; private set; } = null!;

    public const string Bucket = "tests";

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Python), $"The tests of S3 start a real server, which needs {Python} and Swift: apt-get install --no-install-recommends python3-swift");
        _process = TestHost.Start(Python, Path.Combine(AppContext.BaseDirectory, "s3", "start-swift"), _folder["swift"]);
        var errors = _process.StandardError.ReadToEndAsync();
        var ready = await _process.StandardOutput.ReadLineAsync();
        Assert.True(ready is not null, $"The tests of S3 could not start their server: {(ready is null ? await errors : "")}");
        Endpoint = new Uri(ready!.Split(' ')[1]);
        using var client = new AmazonS3Client(new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config { ServiceURL = Endpoint.AbsoluteUri, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
        await client.PutBucketAsync(Bucket);
    }

    /// <summary>Options for this server, or for a proxy before it. Each prefix is a store of its own.</summary>
    public S3StoreOptions Options(Uri? endpoint = null, string prefix = "") =>
        new() { Endpoint = endpoint ?? Endpoint, Bucket = Bucket, AccessKey = AccessKey, SecretKey = SecretKey, Prefix = prefix, RetryDelay = TimeSpan.Zero };

    /// <summary>Options of a new spool.</summary>
    public SpoolOptions Spool(int megabytes = 100) =>
        new(_folder[$"spool-{Interlocked.Increment(ref _spools)}"], ByteSize.FromMegabytes(megabytes)) { AllowMemory = true };

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // The end of its input ends it, and its servers with it.
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _folder.Dispose();
    }
}

/// <summary>The tests that share the server; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class S3Tests : ICollectionFixture<SwiftServer>
{
    public const string Name = "s3";
}
