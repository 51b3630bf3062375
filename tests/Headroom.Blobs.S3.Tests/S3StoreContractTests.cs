using Headroom.Blobs.Spooling;
namespace Headroom.Blobs.S3.Tests;

[Collection(S3Tests.Name)]
public sealed class S3StoreContractTests(SwiftServer server) : BlobStoreContract
{
    private readonly string _prefix = Guid.NewGuid().ToString("N") + "/";
    private Spool? _spool;

    protected override IBlobStore Open()
    {
        _spool?.Dispose();
        _spool = new Spool(server.Spool());
        return new S3Store(server.Options(prefix: _prefix), _spool);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.Equal(0, _spool!.GetStatus().Leased.Bytes);
        _spool.Dispose();
    }
}
