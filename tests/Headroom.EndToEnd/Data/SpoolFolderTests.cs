using Headroom.EndToEnd.Running;
using Headroom.EndToEnd.Search;
using Headroom.EndToEnd.Uploads;

namespace Headroom.EndToEnd.Data;

/// <summary>A setting that names a folder for what is on its way, and names the wrong one.</summary>
public sealed class SpoolFolderTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Named_to_be_the_data_folder_nothing_in_it_is_lost()
    {
        string file, document;
        using (var server = await Server.StartAsync(Settings()))
        {
            file = await server.Http.UploadAsync([1, 2, 3]);
            document = await server.Http.AddDocumentAsync("Please cancel my subscription");
            await server.EverythingIsIndexedAsync();
            await server.StopAsync();
        }
        var kept = Directory.GetFiles(_data.Path, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "lock").ToArray();

        using (var server = await Server.StartAsync(S3(_data.Path)))
            await server.StopAsync();

        Assert.True(Directory.Exists(Path.Join(_data.Path, "headroom-spool")));
        Assert.All(kept, f => Assert.True(File.Exists(f), f));
        using var again = await Server.StartAsync(Settings());
        Assert.Equal([1, 2, 3], await again.Http.DownloadAsync(file));
        Assert.Equal([document], (await again.Http.SearchAsync(new { query = "subscription", mode = "keyword" })).Ids());
        await again.StopAsync();
    }

    [Fact]
    public async Task A_folder_of_its_own_name_that_holds_something_else_is_refused_and_left()
    {
        var theirs = Path.Join(Directory.CreateDirectory(Path.Join(_data.Path, "disk", "headroom-spool")).FullName, "photos.zip");
        await File.WriteAllTextAsync(theirs, "of the holidays");

        var (exitCode, output) = await Program.RunAsync(Built.Server, S3(Path.Join(_data.Path, "disk")));

        Assert.Equal(1, exitCode);
        Assert.Contains("holds 'photos.zip'", output);
        Assert.Contains("name another folder", output);
        Assert.DoesNotContain("   at ", output);
        Assert.True(File.Exists(theirs));
    }

    private Dictionary<string, string> Settings(params (string Name, string Value)[] more) => Server.Settings(
        _data.Path, [("HEADROOM__SERVICES", "search,uploads"), ("HEADROOM__UPLOADS__KEEPFREEMB", "16"), .. more]);

    /// <summary>With a bucket that is not there: nothing asks for it before the first upload.</summary>
    private Dictionary<string, string> S3(string spool) => Settings(
        ("HEADROOM__UPLOADS__STORE", "s3"),
        ("HEADROOM__UPLOADS__S3__ENDPOINT", "http://127.0.0.1:9"),
        ("HEADROOM__UPLOADS__S3__BUCKET", "b"),
        ("HEADROOM__UPLOADS__S3__ACCESSKEY", "a"),
        ("HEADROOM__UPLOADS__S3__SECRETKEY", "s"),
        ("HEADROOM__UPLOADS__S3__SPOOLFOLDER", spool));
}
