using System.Net;
using System.Text.Json;
using Headroom.Budget;
using Headroom.Uploads.Tests.Serving;
using Headroom.Uploads.Tests.Tus;

namespace Headroom.Uploads.Tests.Writing;

/// <summary>What the governor does to uploads, done to them here: the largest work is cancelled, the limit is lowered.</summary>
public sealed class PressureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_part_that_is_cancelled_leaves_the_upload_and_its_other_parts_as_they_were()
    {
        await using var service = await UploadService.StartAsync(_folder.Path);
        var bytes = Bytes.Of(300_000);
        var id = await service.BeginAsync(bytes.Length, 100_000);
        using (await service.PutAsync(id, 1, bytes.AsMemory(0, 100_000)))
        using (await service.PutAsync(id, 2, bytes.AsMemory(100_000, 100_000)))
        {
        }
        using var slow = await SlowRequest.OpenAsync(service, $"PUT /api/uploads/{id}/parts/2", 100_000);
        await slow.SendAsync(new byte[90_000]);

        await CancelAsync(service);
        var answer = await slow.ReadToEndAsync("work-cancelled");

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("Retry-After: ", answer);
        var received = await ReceivedAsync(service, id);
        Assert.Equal([1, 2], received);
        using var last = await service.PutAsync(id, 3, bytes.AsMemory(200_000));
        using var complete = await service.CompleteAsync(id);
        Assert.Equal(HttpStatusCode.OK, complete.StatusCode);
        Assert.Equal(bytes, await service.DownloadAsync(id));
    }

    [Fact]
    public async Task A_tus_upload_that_is_cancelled_keeps_what_came_and_goes_on_from_there()
    {
        await using var service = await UploadService.StartAsync(_folder.Path);
        var bytes = Bytes.Of(200_000);
        var location = await service.CreateTusAsync(bytes.Length);
        using var slow = await SlowRequest.OpenAsync(
            service, $"PATCH {location}", bytes.Length, "Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream");
        await slow.SendAsync(bytes.AsMemory(0, 150_000));

        await CancelAsync(service);
        var answer = await slow.ReadToEndAsync("work-cancelled");
        var offset = await service.TusOffsetAsync(location);

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.InRange(offset, 0, 150_000);
        using var rest = await service.PatchTusAsync(location, offset, bytes.AsMemory((int)offset));
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        Assert.Equal(bytes, await service.Http.GetByteArrayAsync(new Uri("/api" + location, UriKind.Relative)));
    }

    [Fact]
    public async Task A_limit_that_is_lowered_under_uploads_makes_them_wait_and_loses_none()
    {
        await using var service = await UploadService.StartAsync(_folder.Path);
        var budget = service.Get<MemoryBudget>();
        var bytes = Bytes.Of(500_000);
        var uploads = Enumerable.Range(0, 30).Select(_ => service.UploadAsync(bytes, 100_000)).ToList();

        budget.Resize(ByteSize.FromMegabytes(2));

        foreach (var id in await Task.WhenAll(uploads))
            Assert.Equal(bytes, await service.DownloadAsync(id));
        Assert.Equal(ByteSize.Zero, budget.Leased);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task CancelAsync(UploadService service) =>
        await Eventually.TrueAsync(() => service.Get<MemoryBudget>().CancelLargest() is not null);

    private static async Task<int[]> ReceivedAsync(UploadService service, string id) =>
        [.. JsonElement.Parse(await service.Http.GetStringAsync(new Uri($"/api/uploads/{id}", UriKind.Relative)))
            .GetProperty("received")
            .EnumerateArray()
            .Select(n => n.GetInt32())];
}
