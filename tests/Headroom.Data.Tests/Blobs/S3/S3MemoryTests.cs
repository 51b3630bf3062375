using System.Globalization;
using Headroom.Data.Blobs.S3;

namespace Headroom.Data.Tests.Blobs.S3;

[Collection(S3Tests.Name)]
public sealed class S3MemoryTests(SwiftServer server)
{
    private const int Parts = 8;

    [Fact]
    public async Task Sending_parts_holds_no_more_than_a_writer_is_said_to_hold()
    {
        var measured = (await TestHost.RunAsync(TestHost.Program, "send", server.Endpoint.AbsoluteUri, SwiftServer.Bucket, server.Spool().Folder, $"{Parts}", "8"))
            .Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        var (heap, allocated, anonymous) = (measured[0], measured[1], measured[2]);
        TestContext.Current.TestOutputHelper!.WriteLine($"{Parts} parts of 8 MiB at once: heap +{heap / 1024} KiB, allocated {allocated / 1024} KiB, anonymous +{anonymous / 1024} KiB");
        using var spool = new Spool(server.Spool());
        await using var store = new S3Store(server.Options(), spool);

        Assert.InRange(heap, 0, Parts * store.WriterMemoryBytes);
        // A store that buffered what it sends would allocate every part at least once: 64 MiB.
        Assert.InRange(allocated, 0, 16L * 1024 * 1024);
    }
}
