using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Headroom.Blobs.Spooling;

namespace Headroom.Blobs.S3.Tests;

/// <summary>What transfers hold, over http and https; with https the body is not signed.</summary>
[Collection(S3Tests.Name)]
public sealed class S3MemoryTests(SwiftServer server) : IDisposable
{
    private const int Parts = 16;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Writers_and_readers_hold_no_more_than_they_are_said_to_hold() => MeasureAsync(server.Endpoint, certificates: null);

    [Fact]
    public async Task Writers_and_readers_hold_no_more_over_https()
    {
        using var certificate = MakeCertificate();
        File.WriteAllText(_folder["trusted.pem"], certificate.ExportCertificatePem());
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, certificate);

        await MeasureAsync(proxy.Address, _folder["trusted.pem"]);

        Assert.Equal("https", proxy.Address.Scheme);
        Assert.All(proxy.Seen("UploadPart"), e => Assert.Equal("UNSIGNED-PAYLOAD", e.Headers["x-amz-content-sha256"]));
    }

    private async Task MeasureAsync(Uri endpoint, string? certificates)
    {
        using var spool = new Spool(server.Spool());
        await using var store = new S3Store(server.Options(), spool);
        var start = TestHost.Describe(
            Path.Combine(AppContext.BaseDirectory, "Headroom.Blobs.S3.Tests.Host"),
            ["transfer", endpoint.AbsoluteUri, SwiftServer.Bucket, server.Spool().Folder, $"{Parts}", "8"]);
        start.Environment["SSL_CERT_FILE"] = certificates;

        var measured = (await TestHost.RunAsync(start)).Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).Chunk(3).ToArray();

        foreach (var (what, figures) in new[] { "sent", "read" }.Zip(measured))
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"{endpoint.Scheme}: {Parts} parts of 8 MiB {what} at once, for each: heap +{figures[0] / 1024 / Parts} KiB, "
                + $"allocated {figures[1] / 1024 / Parts} KiB, anonymous +{figures[2] / 1024 / Parts} KiB");
        // The caller's segment of 64 KiB is measured with them; the kernel's buffers, the other half, are not.
        Assert.InRange(measured[0][0], 0, Parts * store.Memory.WriterBytes / 2);
        Assert.InRange(measured[1][0], 0, Parts * store.Memory.ReaderBytes / 2);
        // A store that buffered what it sends or reads would allocate every part at least once.
        Assert.InRange(measured[0][1], 0, Parts * 2048L * 1024);
        Assert.InRange(measured[1][1], 0, Parts * 2048L * 1024);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=tests", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
