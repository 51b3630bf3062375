using System.Globalization;
using System.Net;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Uploads;

/// <summary>Takes the ten seconds that a sender is given, twice: not all of the slow ones fit at once.</summary>
public sealed class SlowUploadTests : IDisposable
{
    private const int Senders = 500;
    private const int PartSize = 4096;
    private readonly TemporaryFolder _data = new();

    [Fact]
    [Trait("Speed", "slow")]
    public async Task Five_hundred_slow_senders_get_their_time_and_nobody_elses()
    {
        using var server = await Server.StartAsync(UploadFixture.Settings(_data.Path, ("HEADROOM__LIMIT", "1GB"), ("HEADROOM__UPLOADS__MEMORYMB", "128")));
        var id = await server.Http.BeginAsync(Senders * PartSize, PartSize);
        var senders = await Task.WhenAll(Enumerable.Range(1, Senders).Select(part => StallAsync(server, id, part)));
        await Eventually.TrueAsync(async () => await server.WaitingAsync("uploads") > 0);
        Assert.InRange(await server.LeasedAsync("uploads"), 100, 128);
        using var health = await server.Http.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        var honest = await server.Http.UploadAsync(UploadCalls.Bytes(1_000_000, 1), 250_000);
        var answers = await Task.WhenAll(senders.Select(s => s.ReadToEndAsync()));

        Assert.Equal(UploadCalls.Bytes(1_000_000, 1), await server.Http.DownloadAsync(honest));
        Assert.All(answers, answer => Assert.Contains("urn:headroom:body-timeout", answer));
        Assert.Empty((await server.GetAsync($"/api/uploads/{id}")).GetProperty("received").EnumerateArray());
        await server.EverythingIsBackAsync();
        await server.StopAsync();
        foreach (var sender in senders)
            sender.Dispose();
    }

    public void Dispose() => _data.Dispose();

    private static async Task<Connection> StallAsync(Server server, string id, int part)
    {
        var sender = await Connection.OpenAsync(
            server, string.Create(CultureInfo.InvariantCulture, $"PUT /api/uploads/{id}/parts/{part}"), $"Content-Length: {PartSize}");
        await sender.SendAsync(new byte[10]);
        return sender;
    }
}
