using System.Text.Json;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Search;

/// <summary>What a server finds at its start that is not as it was left.</summary>
public sealed class SearchRepairTests : IDisposable
{
    private static readonly string[] Texts = ["Please cancel my subscription", "The app crashes when I upload a large photo", "Delivery was two weeks late"];

    private readonly TemporaryFolder _data = new();

    private string Vectors => Path.Join(_data.Path, "search");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Vectors_that_are_damaged_or_gone_are_made_again(bool damaged)
    {
        await FillAsync();
        if (damaged)
            Damage();
        else
            Directory.Delete(Vectors, recursive: true);

        using var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path));
        Assert.Equal("d0", (await server.Http.SearchAsync(new { query = "subscription", mode = "keyword" })).Ids()[0]);
        await AllAreFoundByMeaningAsync(server);
        await server.StopAsync();
    }

    [Fact]
    public async Task While_the_vectors_can_not_be_opened_documents_are_stored_and_found_by_their_words()
    {
        await File.WriteAllTextAsync(Vectors, "where a folder should be");
        using var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path));
        await server.Http.AddDocumentAsync(Texts[0], "d0");

        var hybrid = await server.Http.SearchAsync(new { query = "the subscription" });
        using var semantic = await server.Http.PostTextAsync("/api/search", """{"query":"x","mode":"semantic"}""");

        Assert.Equal(("d0", "keyword", 1), (hybrid.Ids()[0], hybrid.GetProperty("mode").GetString(), hybrid.GetProperty("pending").GetInt32()));
        await semantic.IsProblemAsync(503, "index-unavailable");
        File.Delete(Vectors);
        await server.EverythingIsIndexedAsync();
        Assert.Equal(["d0"], (await server.Http.SearchAsync(new { query = "x", mode = "semantic" })).Ids());
        await server.StopAsync();
    }

    [Fact]
    public async Task Another_model_embeds_everything_anew()
    {
        await FillAsync();
        var own = Directory.CreateDirectory(Path.Join(_data.Path, "models", "shorter")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Join(Built.ServerFolder, "models", "use-lite")))
            File.Copy(file, Path.Join(own, Path.GetFileName(file)));
        var manifest = Path.Join(own, "manifest.json");
        await File.WriteAllTextAsync(
            manifest, (await File.ReadAllTextAsync(manifest)).Replace("\"max_tokens\": 128", "\"max_tokens\": 64", StringComparison.Ordinal));
        var before = Assert.Single(Directory.EnumerateDirectories(Vectors));

        using var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path, ("HEADROOM__SEARCH__MODEL", own)));
        await AllAreFoundByMeaningAsync(server);

        Assert.NotEqual(before, Assert.Single(Directory.EnumerateDirectories(Vectors)));
        Assert.Contains("3 documents are indexed anew", server.Program.Output);
        await server.StopAsync();
    }

    [Fact]
    public async Task While_the_model_can_not_be_loaded_documents_are_stored_and_found_by_their_words()
    {
        var own = Directory.CreateDirectory(Path.Join(_data.Path, "models", "broken")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Join(Built.ServerFolder, "models", "use-lite")))
            File.Copy(file, Path.Join(own, Path.GetFileName(file)));
        await File.WriteAllTextAsync(Path.Join(own, "vocab.json"), "[]");
        using (var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path, ("HEADROOM__SEARCH__MODEL", own))))
        {
            for (var i = 0; i < Texts.Length; i++)
                await server.Http.AddDocumentAsync(Texts[i], $"d{i}");

            var hybrid = await server.Http.SearchAsync(new { query = "the subscription" });
            using var semantic = await server.Http.PostTextAsync("/api/search", """{"query":"x","mode":"semantic"}""");

            Assert.Equal(("d0", "keyword", 3), (hybrid.Ids()[0], hybrid.GetProperty("mode").GetString(), hybrid.GetProperty("pending").GetInt32()));
            await semantic.IsProblemAsync(503, "model-unavailable");
            Assert.Equal(0, (await server.GetAsync("/api/search")).GetProperty("documents").GetProperty("failed").GetInt32());
            await server.StopAsync();
        }
        using (var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path)))
        {
            await AllAreFoundByMeaningAsync(server);
            await server.StopAsync();
        }
    }

    public void Dispose() => _data.Dispose();

    private async Task FillAsync()
    {
        using var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path));
        for (var i = 0; i < Texts.Length; i++)
            await server.Http.AddDocumentAsync(Texts[i], $"d{i}");
        await AllAreFoundByMeaningAsync(server);
        await server.StopAsync();
    }

    private static async Task AllAreFoundByMeaningAsync(Server server)
    {
        await Eventually.TrueAsync(
            async () => (await server.GetAsync("/api/search")) is var state
                && state.GetProperty("passages") is { ValueKind: JsonValueKind.Number } passages
                && passages.GetInt32() == Texts.Length,
            () => server.Program.Output);
        await server.EverythingIsIndexedAsync();
        var found = await server.Http.SearchAsync(new { query = "How do I stop being billed every month?", mode = "semantic" });
        Assert.Equal(Texts.Length, found.Ids().Length);
        Assert.Equal("d0", found.Ids()[0]);
    }

    private void Damage()
    {
        foreach (var file in Directory.EnumerateFiles(Vectors, "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length > 100))
        {
            var bytes = File.ReadAllBytes(file);
            for (var i = 8; i < bytes.Length; i += 5)
                bytes[i] ^= 0x5A;
            File.WriteAllBytes(file, bytes);
        }
    }
}
