using Headroom.EndToEnd.Running;
using static Headroom.EndToEnd.Search.WebhookCalls;

namespace Headroom.EndToEnd.Search;

public sealed class WebhookFullDiskTests
{
    private const int DiskKilobytes = 16 * 1024;
    private const int FillerBytes = 4 << 20;

    [Fact]
    public async Task A_full_disk_is_answered_with_come_again_and_loses_nothing_that_was_acknowledged()
    {
        using var disk = SmallDisk.CreateOrSkip(DiskKilobytes);
        var filler = Path.Join(disk.Path, "filler");
        await File.WriteAllBytesAsync(filler, new byte[FillerBytes]);
        using var server = await Server.StartAsync(Settings(disk.Path));
        using var tally = server.Client(null);
        var stored = new List<string>();

        HttpResponseMessage? refused = null;
        for (var i = 0; refused is null && i < 500; i++)
        {
            var answer = await tally.SubmitAsync(Payload($"s{i}", $"{new string('a', 100_000)} end{i}q"));
            if (answer.IsSuccessStatusCode)
                stored.Add($"s{i}");
            else
                refused = answer;
        }

        Assert.NotNull(refused);
        // Where SQLite meets the end of the disk outside of its files, it can't tell what is wrong.
        var text = await refused.Content.ReadAsStringAsync();
        await refused.IsProblemAsync(503, text.Contains("store-unavailable", StringComparison.Ordinal) ? "store-unavailable" : "store-full");
        Assert.NotNull(refused.Headers.RetryAfter);
        File.Delete(filler);
        var again = Payload($"s{stored.Count}", "there is room again");
        Assert.True((await tally.StoreAsync(again)).Stored);
        foreach (var id in stored)
            Assert.Equal($"tally:{id}", (await server.GetAsync($"/api/documents/tally:{id}")).GetProperty("id").GetString());
        refused.Dispose();
        await server.StopAsync();
    }
}
