using Amazon.Runtime;
using Amazon.S3;
using Headroom.Blobs.Spooling;

namespace Headroom.Blobs.S3.Tests;

/// <summary>A real S3 server: OpenStack Swift with its s3api, on ports and in a folder of its own.</summary>
public sealed class SwiftServer : IAsyncLifetime
{
    public const string AccessKey = SwiftProcess.AccessKey;
    public const string SecretKey = SwiftProcess.SecretKey;

    private readonly TemporaryFolder _folder = new();
    private SwiftProcess? _process;
    private int _spools;

    /// <summary>Where it listens. Without Swift the test that asks is skipped.</summary>
    public Uri Endpoint
    {
        get
        {
            NeededProgram.Swift.PathOrSkip();
            return _process!.Endpoint;
        }
    }

    public const string Bucket = "tests";

    public async ValueTask InitializeAsync()
    {
        if (!NeededProgram.Swift.IsHere)
            return;
        _process = await SwiftProcess.StartOrSkipAsync(Path.Join(AppContext.BaseDirectory, "s3", "start-swift"), _folder["swift"]);
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(AccessKey, SecretKey),
            new AmazonS3Config { ServiceURL = Endpoint.AbsoluteUri, AuthenticationRegion = "us-east-1", ForcePathStyle = true });
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
            await _process.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>The tests that share the server; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class S3Tests : ICollectionFixture<SwiftServer>
{
    public const string Name = "s3";
}
