using System.Net;
using Headroom.Blobs;
using Headroom.Keys;
using Headroom.Uploads.Keys;
using Headroom.Uploads.State;
using Headroom.Uploads.Sweeping;
using Headroom.Uploads.Tests.Serving;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Uploads.Tests.Sweeping;

public sealed class SweeperTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private UploadService _service = null!;

    private UploadSweeper Sweeper => _service.Get<IEnumerable<IHostedService>>().OfType<UploadSweeper>().Single();

    public async ValueTask InitializeAsync() => _service = await UploadService.StartAsync(_folder.Path, _time);

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Unfinished_uploads_expire_and_finished_ones_do_not()
    {
        var file = await _service.UploadAsync(Bytes.Of(10));
        var (idle, busy) = (await _service.BeginAsync(200_000, 100_000), await _service.BeginAsync(200_000, 100_000));
        (await _service.PutAsync(idle, 1, Bytes.Of(100_000))).Dispose();
        _time.Advance(TimeSpan.FromHours(20));
        (await _service.PutAsync(busy, 1, Bytes.Of(100_000))).Dispose();
        _time.Advance(TimeSpan.FromHours(5));

        await Sweeper.SweepAsync(CancellationToken.None);

        using var gone = await _service.Http.GetAsync(new Uri($"/api/uploads/{idle}", UriKind.Relative));
        using var there = await _service.Http.GetAsync(new Uri($"/api/uploads/{busy}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(HttpStatusCode.OK, there.StatusCode);
        Assert.Equal(Bytes.Of(10), await _service.DownloadAsync(file));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.Path, "uploads", "open"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Completing_that_a_crash_interrupted_goes_on(bool putTogether)
    {
        var bytes = Bytes.Of(150_000);
        var id = await _service.BeginAsync(bytes.Length, 100_000);
        (await _service.PutAsync(id, 1, bytes.AsMemory(0, 100_000))).Dispose();
        (await _service.PutAsync(id, 2, bytes.AsMemory(100_000))).Dispose();
        var upload = (await _service.Get<UploadStore>().FindAsync(new Guid(id), CancellationToken.None))!;
        Assert.True(await _service.Get<PartStore>().TryCloseAsync(upload, CancellationToken.None));
        if (putTogether)
            await _service.Get<IBlobStore>().CompleteAsync(
                upload.Blob, [.. (await _service.Get<PartStore>().ListAsync(upload.Key, CancellationToken.None)).Select(p => p.Blob)]);

        await Sweeper.SweepAsync(CancellationToken.None);

        Assert.Equal(bytes, await _service.DownloadAsync(id));
    }

    [Fact]
    public async Task Deleting_that_a_crash_interrupted_goes_on()
    {
        var id = await _service.UploadAsync(Bytes.Of(10));
        var upload = (await _service.Get<UploadStore>().FindAsync(new Guid(id), CancellationToken.None))!;
        await _service.Get<UploadStore>().HideAsync(upload, onlyExpired: false, CancellationToken.None);

        await Sweeper.SweepAsync(CancellationToken.None);

        Assert.Null(await _service.Get<UploadStore>().FindAnyAsync(upload.Id, CancellationToken.None));
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, "uploads"), "*", SearchOption.AllDirectories),
            e => e.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parts_that_the_store_lost_are_asked_for_again()
    {
        var bytes = Bytes.Of(250_000);
        var id = await _service.BeginAsync(bytes.Length, 100_000);
        for (var part = 1; part <= 3; part++)
            (await _service.PutAsync(id, part, bytes.AsMemory((part - 1) * 100_000, Math.Min(100_000, 250_000 - ((part - 1) * 100_000))))).Dispose();
        File.Delete(Directory.EnumerateFiles(Path.Combine(_folder.Path, "uploads", "open"), "*", SearchOption.AllDirectories).Order().ElementAt(1));

        using var complete = await _service.CompleteAsync(id);
        Assert.Contains(": 2.", await complete.IsProblemAsync(409, "parts-missing"));

        (await _service.PutAsync(id, 2, bytes.AsMemory(100_000, 100_000))).Dispose();
        using var again = await _service.CompleteAsync(id);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(bytes, await _service.DownloadAsync(id));
    }

    [Fact]
    public async Task What_is_on_no_record_goes_when_it_is_old_and_the_rest_stays()
    {
        var store = _service.Get<IBlobStore>();
        var file = await _service.UploadAsync(Bytes.Of(10));
        var open = await _service.BeginAsync(10);
        (await _service.PutAsync(open, 1, Bytes.Of(10))).Dispose();
        var orphan = await store.BeginAsync(Guid.NewGuid().ToString("N"), 1000);
        var manifest = Guid.NewGuid().ToString("N") + Upload.ManifestSuffix;
        await store.PutAsync(manifest, new byte[10]);
        await store.PutAsync("somebody-elses", new byte[10]);
        await _service.Get<OrphanSweep>().SweepAsync(CancellationToken.None);
        Assert.Equal(6, await EntriesAsync(store).CountAsync() - 1);

        _time.Advance(TimeSpan.FromHours(2));
        await _service.Get<OrphanSweep>().SweepAsync(CancellationToken.None);

        var left = await EntriesAsync(store).ToListAsync();
        Assert.DoesNotContain(orphan.Key, left);
        Assert.DoesNotContain(manifest, left);
        Assert.Contains("somebody-elses", left);
        Assert.Equal(Bytes.Of(10), await _service.DownloadAsync(file));
        (await _service.CompleteAsync(open)).Dispose();
        Assert.Equal(Bytes.Of(10), await _service.DownloadAsync(open));
    }

    [Fact]
    public async Task Nothing_goes_from_a_store_that_is_another_databases()
    {
        var file = await _service.UploadAsync(Bytes.Of(10));
        await _service.Get<OrphanSweep>().SweepAsync(CancellationToken.None);
        await _service.DisposeAsync();
        foreach (var database in Directory.EnumerateFiles(_folder.Path, "headroom.db*"))
            File.Delete(database);
        _service = await UploadService.StartAsync(_folder.Path, _time);
        _time.Advance(TimeSpan.FromHours(2));

        await _service.Get<OrphanSweep>().SweepAsync(CancellationToken.None);

        Assert.Contains(file, await EntriesAsync(_service.Get<IBlobStore>()).ToListAsync());
        Assert.Contains("another database", _service.Complaints);
    }

    [Fact]
    public async Task Nothing_goes_from_a_store_without_a_mark_of_which_nothing_is_on_record()
    {
        var file = await _service.UploadAsync(Bytes.Of(10));
        await _service.DisposeAsync();
        foreach (var name in (string[])["headroom.db*", "headroom-owner"])
        {
            foreach (var path in Directory.GetFiles(_folder.Path, name, SearchOption.AllDirectories))
                File.Delete(path);
        }
        _service = await UploadService.StartAsync(_folder.Path, _time);
        _time.Advance(TimeSpan.FromHours(2));

        await _service.Get<OrphanSweep>().SweepAsync(CancellationToken.None);

        Assert.Contains(file, await EntriesAsync(_service.Get<IBlobStore>()).ToListAsync());
        Assert.Contains("another database", _service.Complaints);
    }

    [Fact]
    public async Task Keys_are_wrapped_anew_after_a_rotation()
    {
        var file = await _service.UploadAsync(Bytes.Of(10));
        await _service.DisposeAsync();
        var newKey = MasterKeyFile.Rotate(_folder["master.keys"]);
        _service = await UploadService.StartAsync(_folder.Path, _time);

        await Eventually.TrueAsync(async () => _service.Get<MasterKeyRing>().IsCurrent(
            (await _service.Get<UploadStore>().FindAsync(new Guid(file), CancellationToken.None))!.WrappedKey));

        Assert.Equal(newKey, _service.Get<MasterKeyRing>().Current);
        Assert.Equal(Bytes.Of(10), await _service.DownloadAsync(file));
    }

    [Fact]
    public async Task A_lost_key_file_is_told_and_not_made_anew()
    {
        await _service.UploadAsync(Bytes.Of(10));
        await _service.DisposeAsync();
        var keys = await File.ReadAllBytesAsync(_folder["master.keys"]);
        File.Delete(_folder["master.keys"]);

        await Assert.ThrowsAsync<MasterKeyException>(() => UploadService.StartAsync(_folder.Path, _time));

        Assert.False(File.Exists(_folder["master.keys"]));
        await File.WriteAllBytesAsync(_folder["master.keys"], keys);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["master.keys"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _service = await UploadService.StartAsync(_folder.Path, _time);
    }

    private static IAsyncEnumerable<string> EntriesAsync(IBlobStore store) => store.ListAsync().Select(e => e.Key);
}
