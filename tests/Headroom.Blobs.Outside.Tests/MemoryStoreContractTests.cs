using System.Runtime.CompilerServices;
using Headroom.Blobs.Contract;

namespace Headroom.Blobs.Outside.Tests;

public sealed class MemoryStoreContractTests : BlobStoreContract
{
    private readonly MemoryObjects _objects = new();

    protected override IBlobStore Open() => new MemoryStore(_objects);

    [Fact]
    public void This_assembly_sees_no_more_of_the_contract_than_anybody()
    {
        var friends = typeof(IBlobStore).Assembly
            .GetCustomAttributes(typeof(InternalsVisibleToAttribute), false)
            .Cast<InternalsVisibleToAttribute>()
            .Select(a => a.AssemblyName);

        Assert.DoesNotContain(typeof(MemoryStore).Assembly.GetName().Name, friends);
        Assert.DoesNotContain("Headroom.Blobs.S3", friends);
    }
}
