using Headroom.Blobs.Spooling;
using Microsoft.Extensions.Time.Testing;
namespace Headroom.Blobs.S3.Tests;

/// <summary>A store that reaches the real server through a proxy; nothing may stay in its spool.</summary>
public abstract class S3FaultFixture(SwiftServer server) : IAsyncLifetime
{
    // Asked for in the constructor: a test that is skipped here has nothing to dispose of.
    private readonly Uri _endpoint = server.Endpoint;
    private readonly string _prefix = Guid.NewGuid().ToString("N") + "/";

    private protected FaultyProxy Proxy { get; private set; } = null!;

    private protected Spool Spool { get; private set; } = null!;

    private protected S3Store Store { get; private set; } = null!;

    private protected FakeTimeProvider Clock { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Proxy = await FaultyProxy.StartAsync(_endpoint);
        Spool = new Spool(server.Spool());
        Store = new S3Store(Options(), Spool);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Assert.Equal(0, Spool.GetStatus().Leased.Bytes);
        Spool.Dispose();
        await Proxy.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another store over the same data: with the clock that stands still, or with other settings.</summary>
    private protected S3Store OnClock(int attempts = 5) => new(Options(attempts), Spool, Clock);

    private protected S3StoreOptions Options(
        int attempts = 5, bool sendChecksums = false, bool etagIsMd5 = true, Uri? endpoint = null, string secretKey = SwiftServer.SecretKey) => new()
        {
            Endpoint = endpoint ?? Proxy.Address,
            Bucket = SwiftServer.Bucket,
            AccessKey = SwiftServer.AccessKey,
            SecretKey = secretKey,
            Prefix = _prefix,
            RetryDelay = TimeSpan.Zero,
            Attempts = attempts,
            SendChecksums = sendChecksums,
            EtagIsMd5 = etagIsMd5,
        };
}
