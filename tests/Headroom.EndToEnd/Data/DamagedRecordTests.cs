using System.Text;
using Headroom.EndToEnd.Running;
using Headroom.EndToEnd.Search;

namespace Headroom.EndToEnd.Data;

/// <summary>Bytes flip in the file of the database, between a stop and a start. Each harms its own record and no other.</summary>
public sealed class DamagedRecordTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_flipped_name_and_a_flipped_text_are_refused_named_in_lists_and_counted()
    {
        string before, damaged;
        using (var server = await Server.StartAsync(Settings()))
        {
            before = await server.AddStaffAsync("n1", "Antonia Erst");
            damaged = await server.AddStaffAsync("n2", "Berta Zweit");
            await server.Http.AddDocumentAsync("An umbrella for the garden", "whole");
            await server.Http.AddDocumentAsync("A parasol for the garden", "flipped");
            await server.StopAsync();
        }
        Flip("Berta Zweit");
        Flip("A parasol for");

        using (var server = await Server.StartAsync(Settings()))
        {
            var (staff, documents) = (await server.GetAsync("/api/staff"), await server.GetAsync("/api/documents"));
            Assert.Equal([before], staff.Ids());
            Assert.Equal(damaged, staff.GetProperty("damaged")[0].GetString());
            Assert.Equal(["whole"], documents.Ids());
            Assert.Equal("flipped", documents.GetProperty("damaged")[0].GetString());
            foreach (var path in (string[])[$"/api/staff/{damaged}", "/api/documents/flipped"])
            {
                using var refused = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
                Assert.Contains("other records are not concerned", await refused.IsProblemAsync(500, "record-damaged"));
            }
            var found = await server.Http.SearchAsync(new { query = "garden", mode = "keyword" });
            Assert.Equal(["whole"], found.Ids());
            Assert.Equal("flipped", found.GetProperty("damaged")[0].GetString());
            using var metrics = await server.Http.GetAsync(new Uri("/metrics", UriKind.Relative));
            var text = await metrics.Content.ReadAsStringAsync();
            Assert.Contains("headroom_damaged_rows_total{table=\"staff\"} 2", text);
            Assert.Contains("headroom_damaged_rows_total{table=\"uploads\"} 0", text);
            await server.StopAsync();
        }
    }

    [Fact]
    public async Task A_key_whose_scope_flipped_opens_nothing()
    {
        using (var server = await Server.StartAsync(Settings()))
            await server.StopAsync();
        var (added, secret) = await Program.RunAsync(Built.Server, Settings(), "keys", "add", "front-door-xq", "--scope", "kiosk");
        Assert.True(added == 0, secret);
        Flip("front-door-xqkiosk", at: "front-door-xq".Length);

        using (var server = await Server.StartAsync(Settings()))
        {
            using var client = server.Client(secret.Trim());
            using var refused = await client.GetAsync(new Uri("/api/staff", UriKind.Relative));
            await refused.IsProblemAsync(500, "record-damaged");
            await server.StopAsync();
        }
    }

    private Dictionary<string, string> Settings() => Server.Settings(
        _data.Path, ("HEADROOM__LIMIT", "1GB"), ("HEADROOM__MODELS__PRELOAD", "false"));

    private void Flip(string text, int at = 0)
    {
        var bytes = File.ReadAllBytes(_data["headroom.db"]);
        var found = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(found >= 0, text);
        bytes[found + at] ^= 0x01;
        File.WriteAllBytes(_data["headroom.db"], bytes);
    }
}
