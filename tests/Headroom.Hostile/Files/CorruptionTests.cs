using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.Hostile.Files;

#pragma warning disable CA5394 // Places in files, not secrets.

/// <summary>
/// Bytes of each kind of file in the data folder are overwritten while the server is stopped; then it refuses to start, with a sentence, or
/// serves what is whole.
/// HEADROOM_TEST_CORRUPTIONS says how often each file, HEADROOM_TEST_SEED repeats a run.
/// </summary>
public sealed class CorruptionTests : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly TemporaryFolder _whole = new();

    public void Dispose()
    {
        _data.Dispose();
        _whole.Dispose();
    }

    [Fact]
    public async Task A_damaged_file_is_refused_or_harms_itself_only()
    {
        var seed = Number("HEADROOM_TEST_SEED") ?? 14;
        var random = new Random(seed);
        await FillAsync();
        Copy(_data.Path, _whole.Path);
        var files = Directory.EnumerateFiles(_whole.Path, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_whole.Path, f))
            .Where(f => new FileInfo(Path.Join(_whole.Path, f)).Length > 0)
            // One of a kind: the prepared models and the vectors are many files alike.
            .GroupBy(f => (Path.GetDirectoryName(f), Path.GetExtension(f))).Select(g => g.Order(StringComparer.Ordinal).First())
            .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)).ToList();
        Assert.Contains("headroom.db", files);
        var outcomes = new List<string>();

        foreach (var file in files.SelectMany(f => Enumerable.Repeat(f, Number("HEADROOM_TEST_CORRUPTIONS") ?? 1)))
        {
            Directory.Delete(_data.Path, recursive: true);
            Copy(_whole.Path, _data.Path);
            outcomes.Add($"{file}: {await TryAsync(random, Path.Join(_data.Path, file))}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}\n{string.Join('\n', outcomes)}");
    }

    private async Task<string> TryAsync(Random random, string path)
    {
        var bytes = await File.ReadAllBytesAsync(path);
        var (at, length) = (random.Next(bytes.Length), random.Next(1, 64));
        for (var i = at; i < Math.Min(bytes.Length, at + length); i++)
            bytes[i] ^= (byte)random.Next(1, 256);
        await File.WriteAllBytesAsync(path, bytes);
        var what = $"{path} at {at}";

        var settings = Server.Settings(_data.Path, ("HEADROOM_TEST", ""));
        var program = Program.Start(Built.Server, settings);
        using (program)
        {
            await Eventually.TrueAsync(
                () => program.HasExited || program.Output.Contains("Headroom serves on ", StringComparison.Ordinal), () => program.Output);
            Assert.DoesNotContain("   at ", program.Output);
            if (program.HasExited)
            {
                Assert.NotEqual(139, await program.WaitForExitAsync());
                Assert.True(program.Output.Length > 0, $"{what}: it ended and said nothing.");
                return "refused to start";
            }
            return await ReadAllAsync(program, what);
        }
    }

    private static async Task<string> ReadAllAsync(Program program, string what)
    {
        var line = await program.HearAsync("Headroom serves on ");
        using var client = new HttpClient { BaseAddress = new Uri(line[(line.LastIndexOf(' ') + 1)..]), Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Add("X-Api-Key", Server.AdminKey);
        var statuses = new List<int>();
        string[] routes = ["/api/staff", "/api/attendance", "/api/documents", "/api/documents/d3", "/api/files", "/api/guest-links", "/api/search"];
        foreach (var route in routes)
            statuses.Add(await StatusAsync(client.GetAsync(new Uri(route, UriKind.Relative)), what));
        foreach (var mode in (string[])["keyword", "semantic"])
            statuses.Add(await StatusAsync(client.PostAsJsonAsync("/api/search", new { query = "cancel", mode }), what));
        statuses.Add(await StatusAsync(client.PostAsync(new Uri("/api/clock", UriKind.Relative), Photo.Raw(Photo.Unknown(5))), what));
        using var list = await client.GetAsync(new Uri("/api/files", UriKind.Relative));
        if (list.IsSuccessStatusCode)
        {
            foreach (var file in (await list.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray())
                statuses.Add(await StatusAsync(client.GetAsync(new Uri($"/api/files/{file.GetProperty("id").GetString()}", UriKind.Relative)), what));
        }
        Assert.Equal("200", $"{(int)(await client.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode}");
        Assert.Equal(0, await program.StopAsync());
        Assert.DoesNotContain("   at ", program.Output);
        return string.Join(' ', statuses);
    }

    private static async Task<int> StatusAsync(Task<HttpResponseMessage> asked, string what)
    {
        try
        {
            using var answer = await asked;
            var text = await answer.Content.ReadAsStringAsync();
            var status = (int)answer.StatusCode;
            Assert.True(status is < 500 or 503 or 507 || text.Contains("-damaged\"", StringComparison.Ordinal), $"{what}: {status} {text}");
            return status;
        }
        catch (HttpRequestException cut) when (cut.InnerException is HttpIOException or IOException || cut.HttpRequestError == HttpRequestError.ResponseEnded)
        {
            // A file that is damaged further on is cut off there.
            return 0;
        }
    }

    private async Task FillAsync()
    {
        using var server = await Server.StartAsync(Server.Settings(_data.Path));
        await server.ModelsAreReadyAsync();
        var person = await server.AddStaffAsync("hostile", "Zoë");
        await server.AddPhotoAsync(person, Photo.Labelled(Photo.People.First()).First());
        for (var i = 0; i < 5; i++)
        {
            using var added = await server.Http.PostAsJsonAsync("/api/documents", new { id = $"d{i}", text = $"Please cancel my subscription {i}" });
            Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        }
        for (var i = 0; i < 2; i++)
        {
            using var begun = await server.Http.PostAsJsonAsync("/api/uploads", new { name = $"{i}.txt", size = 100_000 });
            var id = (await begun.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
            using var part = await server.Http.PutAsync(new Uri($"/api/uploads/{id}/parts/1", UriKind.Relative), new ByteArrayContent(new byte[100_000]));
            Assert.Equal(HttpStatusCode.NoContent, part.StatusCode);
            if (i == 0)
                (await server.Http.PostAsync(new Uri($"/api/uploads/{id}/complete", UriKind.Relative), null)).EnsureSuccessStatusCode();
        }
        await Eventually.TrueAsync(async () => (await server.GetAsync("/api/documents?state=indexed")).GetProperty("items").GetArrayLength() == 5);
        await server.StopAsync();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Join(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Join(to, Path.GetRelativePath(from, file)), overwrite: true);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
