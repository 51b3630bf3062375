using Headroom.Uploads.Tests.Serving;

namespace Headroom.Uploads.Tests.Metrics;

public sealed class UploadMetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task What_came_in_went_out_and_was_turned_away_is_counted()
    {
        await using var service = await UploadService.StartAsync(_folder.Path);
        Assert.Contains("headroom_uploads_files_total 0\n", await ScrapeAsync(service));
        Assert.Contains("headroom_uploads_refused_total{reason=\"file_damaged\"} 0\n", await ScrapeAsync(service));
        var id = await service.UploadAsync(Bytes.Of(250_000), partSize: 100_000);
        await service.DownloadAsync(id);
        using var missing = await service.Http.GetAsync(new Uri("/api/files/none", UriKind.Relative));

        var metrics = await ScrapeAsync(service);

        Assert.Contains("headroom_uploads_received_bytes_total 250000\n", metrics);
        Assert.Contains("headroom_uploads_sent_bytes_total 250000\n", metrics);
        Assert.Contains("headroom_uploads_parts_total 3\n", metrics);
        Assert.Contains("headroom_uploads_files_total 1\n", metrics);
        Assert.Contains("headroom_uploads_refused_total{reason=\"no_such_file\"} 1\n", metrics);
        Assert.Contains("headroom_uploads_in_flight{direction=\"in\"} 0\n", metrics);
        Assert.Contains("headroom_memory_part_bytes{part=\"upload buffers\"}", metrics);
        await Promtool.IsContentAsync(metrics, "check", "metrics");
    }

    [Fact]
    public async Task A_body_that_arrives_and_its_segment_are_shown()
    {
        await using var service = await UploadService.StartAsync(_folder.Path);
        var id = await service.BeginAsync(100_000);
        using var slow = await SlowRequest.OpenAsync(service, $"PUT /api/uploads/{id}/parts/1", 100_000);
        await slow.SendAsync(new byte[1000]);

        await Eventually.TrueAsync(
            async () => (await ScrapeAsync(service)).Contains("headroom_uploads_in_flight{direction=\"in\"} 1\n", StringComparison.Ordinal));

        var status = await service.Http.GetStringAsync(new Uri("/memory-status", UriKind.Relative));
        Assert.Matches("\"upload buffers\",\\s*\"mb\":\\s*0\\.1[34]", status);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<string> ScrapeAsync(UploadService service) => service.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
}
