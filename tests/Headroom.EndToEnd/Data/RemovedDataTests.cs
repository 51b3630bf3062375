using System.Net;
using System.Text;
using Headroom.EndToEnd.Running;
using Headroom.EndToEnd.Search;
using Headroom.EndToEnd.Uploads;

namespace Headroom.EndToEnd.Data;

/// <summary>
/// What was removed is in no file under the data folder: people, texts, submissions, uploads. Each is looked for as bytes in
/// every file, whatever it is.
/// </summary>
public sealed class RemovedDataTests : IDisposable
{
    private const string Name = "Wilhelmine Nachzehrer";
    private const string Number = "employee-qx7731";
    private const string Word = "zwirbelkraut";
    private const string Answered = "brombeerwolle";

    /// <summary>As the index of words has it: without its ending.</summary>
    private const string Stem = "brombeerwol";

    private const string FileName = "geheimakte-7731.pdf";

    private static readonly byte[] Content = Encoding.UTF8.GetBytes("what is in the file is nobody's business, 7731");

    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task It_is_gone_soon_after_the_answer_and_stays_gone_after_a_clean_stop()
    {
        using var server = await StartAsync();
        await FillAndRemoveAsync(server);

        await NothingIsLeftAsync(server);
        await server.StopAsync();
        Assert.Empty(Left());
    }

    [Fact]
    public async Task A_clean_stop_right_after_the_answer_leaves_nothing()
    {
        using var server = await StartAsync();
        await FillAndRemoveAsync(server);
        await server.StopAsync();

        Assert.Empty(Left());
    }

    [Fact]
    public async Task What_a_killed_server_had_removed_is_gone_soon_after_the_next_start()
    {
        using (var server = await StartAsync())
        {
            await FillAndRemoveAsync(server);
            await server.Program.KillAsync();
        }

        using var again = await StartAsync();
        await NothingIsLeftAsync(again);
        Assert.Equal(["kept"], (await again.GetAsync("/api/documents")).Ids());
        Assert.Equal("Klara Bleibt", (await again.GetAsync("/api/staff")).GetProperty("items")[0].GetProperty("name").GetString());
        await again.StopAsync();
    }

    private Task<Server> StartAsync() => Server.StartAsync(
        Server.Settings(_data.Path, ("TALLY_SIGNING_SECRET", WebhookCalls.Secret), ("HEADROOM__LIMIT", "1GB"), ("HEADROOM__MODELS__PRELOAD", "false")));

    private async Task FillAndRemoveAsync(Server server)
    {
        await server.AddStaffAsync("kept", "Klara Bleibt");
        await server.Http.AddDocumentAsync("This one stays where it is", "kept");
        var person = await server.AddStaffAsync(Number, Name);
        await server.AddPhotoAsync(person, Photo.Labelled("laura tilling").First());
        await server.Http.AddDocumentAsync($"A {Word} grows beside the kept one, {Word}", "removed", new { plant = Word });
        await server.Http.AddDocumentAsync($"Before it was replaced it said {Word}", "replaced");
        await server.Http.AddDocumentAsync("Nothing", "replaced");
        var (submission, _) = await server.Http.StoreAsync(WebhookCalls.Payload("s1", $"I would like some {Answered} please"));
        var file = await server.Http.UploadAsync(Content, name: FileName);
        await server.EverythingIsIndexedAsync();
        Assert.NotEmpty(Left());

        foreach (var path in (string[])[$"staff/{person}", "documents/removed", "documents/replaced", $"documents/{submission}", $"files/{file}"])
        {
            using var removed = await server.Http.DeleteAsync(new Uri($"/api/{path}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        }
    }

    private Task NothingIsLeftAsync(Server server) =>
        Eventually.TrueAsync(() => Left().Count == 0, () => string.Join('\n', Left()) + server.Program.Output);

    /// <summary>What of it is where.</summary>
    private List<string> Left() =>
    [
        .. ((string[])[Name, Number, Word, Stem, FileName]).SelectMany(text => FolderBytes.FilesWith(_data.Path, text).Select(file => $"{text} in {file}")),
        .. FolderBytes.FilesWith(_data.Path, Content).Select(file => $"content in {file}"),
    ];
}
