using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Headroom.EndToEnd.Running;
using Headroom.EndToEnd.Search;
using Headroom.EndToEnd.Uploads;

namespace Headroom.EndToEnd.Upgrades;

/// <summary>
/// A data folder that the program of 2026-12-01 (SQLite 3.35, ONNX Runtime 1.30) wrote before it was killed: most of it
/// is in the write-ahead log still. All in it is made up: the face template is noise, its master key has no other use.
/// </summary>
public sealed class OlderDataFolderTests : IDisposable
{
    private const string File = "714e7cb39aae497592d98484fdb40e9f";
    private const string HalfSent = "ace34f9e3a9a4b31ac523412a865def2";
    private readonly TemporaryFolder _data = new();

    /// <summary>The lines of numbers that were uploaded.</summary>
    private static byte[] Numbers { get; } = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Range(1, 1500).Select(n => n.ToString(CultureInfo.InvariantCulture) + '\n')))[..5888];

    /// <summary>A part of the vector of the face template, as the program wrote it: not encrypted.</summary>
    private static byte[] Template => Convert.FromHexString("880b8d3c2e95ecbcb1a6993da02dc73c5d2b563d2ffbddbca05004bd8e3a76bc");

    [Theory]
    [InlineData("faces,uploads,search")]
    [InlineData("faces")]
    public async Task Its_face_template_is_encrypted_and_in_no_file_in_plain(string services)
    {
        await UnpackAsync();
        Assert.NotEmpty(FolderBytes.FilesWith(_data.Path, Template));

        using (var server = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM__SERVICES", services))))
        {
            Assert.Equal(1, (await server.GetAsync("/api/staff")).GetProperty("items")[0].GetProperty("photos").GetInt32());
            await Eventually.TrueAsync(
                () => FolderBytes.FilesWith(_data.Path, Template).Count == 0, () => string.Join(' ', FolderBytes.FilesWith(_data.Path, Template)));
            await server.StopAsync();
        }
        Assert.Empty(FolderBytes.FilesWith(_data.Path, Template));
    }

    [Fact]
    public async Task Everything_in_it_is_there_and_can_be_changed()
    {
        await UnpackAsync();
        using (var server = await Server.StartAsync(Server.Settings(_data.Path)))
        {
            await CheckStaffAsync(server);
            await CheckDocumentsAsync(server);
            await CheckUploadsAsync(server);
            await server.StopAsync();
        }

        var (exitCode, keys) = await Program.RunAsync(Built.Server, Server.Settings(_data.Path), "keys", "list");
        Assert.True(exitCode == 0, keys);
        Assert.Contains(
            keys.Split('\n'), line => line.StartsWith("uploads shop ", StringComparison.Ordinal) && line.EndsWith(" phone", StringComparison.Ordinal));
    }

    public void Dispose() => _data.Dispose();

    private static async Task CheckStaffAsync(Server server)
    {
        var staff = (await server.GetAsync("/api/staff")).GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["Zoë Beispiel", "Ötzi Muster"], staff.Select(p => p.GetProperty("name").GetString()));
        Assert.Equal([1, 0], staff.Select(p => p.GetProperty("photos").GetInt32()));
        var attendance = (await server.GetAsync("/api/attendance")).GetProperty("items").EnumerateArray().Single();
        Assert.Equal(0.7505, attendance.GetProperty("similarity").GetDouble());

        using var removed = await server.Http.DeleteAsync(new Uri($"/api/staff/{staff[0].GetProperty("id").GetString()}", UriKind.Relative));
        removed.EnsureSuccessStatusCode();
        Assert.Equal(JsonValueKind.Null, (await server.GetAsync("/api/attendance")).GetProperty("items")[0].GetProperty("staff_id").ValueKind);
    }

    private static async Task CheckDocumentsAsync(Server server)
    {
        Assert.Equal(["ticket-2"], (await server.Http.SearchAsync(new { query = "parcels", mode = "keyword" })).Ids());
        Assert.Empty((await server.Http.SearchAsync(new { query = "removed", mode = "keyword" })).Ids());

        await server.Http.AddDocumentAsync("My invoice is wrong", "ticket-1");
        await server.EverythingIsIndexedAsync();

        Assert.Empty((await server.Http.SearchAsync(new { query = "subscription", mode = "keyword" })).Ids());
        Assert.Equal("ticket-2", (await server.Http.SearchAsync(new { query = "It came in pieces", mode = "semantic", limit = 1 })).Ids().Single());
        Assert.Equal("ticket-1", (await server.Http.SearchAsync(new { query = "You billed me too much", mode = "semantic", limit = 1 })).Ids().Single());
    }

    private static async Task CheckUploadsAsync(Server server)
    {
        Assert.Equal(Numbers, await server.Http.DownloadAsync(File));

        Assert.Equal(
            [2],
            (await server.Http.GetFromJsonAsync<JsonElement>($"/api/uploads/{HalfSent}")).GetProperty("received").EnumerateArray().Select(n => n.GetInt32()));
        using var put = await server.Http.PutPartAsync(HalfSent, 1, Numbers.AsMemory(0, 4096));
        put.EnsureSuccessStatusCode();
        using var complete = await server.Http.CompleteAsync(HalfSent);
        complete.EnsureSuccessStatusCode();
        var whole = await server.Http.DownloadAsync(HalfSent);
        Assert.All(whole.Chunk(4096), part => Assert.Equal(Numbers.Take(4096), part));
    }

    private async Task UnpackAsync()
    {
        await using var packed = typeof(OlderDataFolderTests).Assembly.GetManifestResourceStream("data-folder-of-2026-12-01.tar.gz")!;
        await using var tar = new GZipStream(packed, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(tar, _data.Path, overwriteFiles: true);
    }
}
