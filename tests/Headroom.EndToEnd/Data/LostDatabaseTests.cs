using Headroom.EndToEnd.Running;
using Headroom.EndToEnd.Search;
using Headroom.EndToEnd.Uploads;

namespace Headroom.EndToEnd.Data;

/// <summary>A data folder whose database went, by a slip or a disk: the rest of it must not become a new, empty server's.</summary>
public sealed class LostDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    public async Task Beside_uploads_and_their_keys_nothing_starts_and_nothing_changes(string how)
    {
        string id;
        using (var server = await Server.StartAsync(UploadFixture.Settings(_data.Path)))
        {
            id = await server.Http.UploadAsync([1, 2, 3]);
            await server.StopAsync();
        }
        var backup = await LoseAsync(how);
        var before = Files();

        foreach (var arguments in (string[][])[["serve"], ["keys", "list"], ["keys", "add", "door"]])
        {
            var (exitCode, output) = await Program.RunAsync(Built.Server, UploadFixture.Settings(_data.Path), arguments);
            Assert.Equal(1, exitCode);
            Assert.Contains($"The database '{Database}' is {how}", output);
            Assert.Contains($"'{Path.Join(_data.Path, "uploads")}'", output);
            Assert.Contains($"'{Path.Join(_data.Path, "master.keys")}'", output);
            Assert.Contains("Restore the database from a backup", output);
            Assert.DoesNotContain("   at ", output);
        }

        Assert.Equal(before, Files());
        await File.WriteAllBytesAsync(Database, backup);
        using var again = await Server.StartAsync(UploadFixture.Settings(_data.Path));
        Assert.Equal([1, 2, 3], await again.Http.DownloadAsync(id));
        await again.StopAsync();
    }

    [Fact]
    public async Task Beside_vectors_nothing_starts_until_they_are_moved_away()
    {
        using (var server = await Server.StartAsync(DocumentCalls.Settings(_data.Path)))
        {
            await server.Http.AddDocumentAsync("Please cancel my subscription");
            await server.EverythingIsIndexedAsync();
            await server.StopAsync();
        }
        await LoseAsync("missing");

        // Whichever service is on: the database is everybody's.
        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(_data.Path, ("HEADROOM__SERVICES", "faces")));

        Assert.Equal(1, exitCode);
        Assert.Contains($"'{Path.Join(_data.Path, "search")}'", output);
        Directory.Move(Path.Join(_data.Path, "search"), Path.Join(_data.Path, "search-of-before"));
        using var anew = await Server.StartAsync(DocumentCalls.Settings(_data.Path));
        Assert.Equal(0, (await anew.GetAsync("/api/search")).GetProperty("documents").GetProperty("indexed").GetInt32());
        await anew.StopAsync();
    }

    [Fact]
    public async Task A_log_beside_an_empty_database_is_kept_for_whoever_restores_it()
    {
        using (var server = await Server.StartAsync(Server.Settings(_data.Path, ("HEADROOM__SERVICES", "faces"), ("HEADROOM__MODELS__PRELOAD", "false"))))
        {
            await server.AddStaffAsync("1", "Emily");
            await server.Program.KillAsync();
        }
        var log = await File.ReadAllBytesAsync(Database + "-wal");
        Assert.NotEmpty(log);
        await File.WriteAllBytesAsync(Database, []);

        var (exitCode, output) = await Program.RunAsync(Built.Server, Server.Settings(_data.Path, ("HEADROOM__SERVICES", "faces")));

        Assert.Equal(1, exitCode);
        Assert.Contains($"'{Database}-wal'", output);
        Assert.Equal(log, await File.ReadAllBytesAsync(Database + "-wal"));
    }

    [Fact]
    public async Task A_store_in_a_folder_of_its_own_counts_too()
    {
        using var store = new TemporaryFolder();
        var settings = UploadFixture.Settings(
            _data.Path,
            ("HEADROOM__UPLOADS__FOLDER", store.Path),
            ("HEADROOM__UPLOADS__MASTERKEYS", Convert.ToBase64String(new byte[32])));
        using (var server = await Server.StartAsync(settings))
        {
            await server.Http.UploadAsync([1, 2, 3]);
            await server.StopAsync();
        }
        await LoseAsync("missing");

        var (exitCode, output) = await Program.RunAsync(Built.Server, settings);

        Assert.Equal(1, exitCode);
        Assert.Contains($"'{Path.Join(store.Path, "blobs")}'", output);
    }

    [Fact]
    public async Task A_first_start_that_was_interrupted_before_anything_was_written_goes_on()
    {
        await File.WriteAllBytesAsync(Database, []);
        Directory.CreateDirectory(Path.Join(_data.Path, "models", "own"));
        Directory.CreateDirectory(Path.Join(_data.Path, "search"));

        using var server = await Server.StartAsync(UploadFixture.Settings(_data.Path));

        await server.StopAsync();
    }

    private string Database => Path.Join(_data.Path, "headroom.db");

    /// <returns>What it was.</returns>
    private async Task<byte[]> LoseAsync(string how)
    {
        var backup = await File.ReadAllBytesAsync(Database);
        foreach (var file in Directory.GetFiles(_data.Path, "headroom.db*"))
            File.Delete(file);
        if (how == "empty")
            await File.WriteAllBytesAsync(Database, []);
        return backup;
    }

    /// <summary>All files with their lengths; the lock tells who came last, which is no loss.</summary>
    private string[] Files() =>
    [
        .. Directory.EnumerateFiles(_data.Path, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "lock")
            .Order(StringComparer.Ordinal)
            .Select(file => $"{file} {new FileInfo(file).Length}"),
    ];
}
