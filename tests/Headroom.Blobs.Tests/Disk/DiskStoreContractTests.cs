using Headroom.Blobs.Disk;

namespace Headroom.Blobs.Tests.Disk;

public sealed class DiskStoreContractTests : BlobStoreContract
{
    private readonly TemporaryFolder _folder = new();

    protected override IBlobStore Open() => new DiskStore(new DiskStoreOptions(_folder.Path) { AllowMemory = true });

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
