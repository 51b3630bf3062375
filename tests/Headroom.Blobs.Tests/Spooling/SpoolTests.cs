using Headroom.Blobs.Spooling;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Blobs.Tests.Spooling;

public sealed class SpoolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task When_it_is_full_writers_wait_in_order_until_bytes_come_back()
    {
        using var spool = Open();
        var first = await spool.OpenAsync(800, CancellationToken.None);
        var second = spool.OpenAsync(900, CancellationToken.None);
        var third = spool.OpenAsync(900, CancellationToken.None);
        Assert.False(second.IsCompleted);

        first.Dispose();
        (await second).Dispose();
        (await third).Dispose();

        Assert.Equal(0, spool.GetStatus().Leased.Bytes);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Who_waits_too_long_is_refused_and_told_when_to_come_back()
    {
        using var spool = Open();
        using var file = await spool.OpenAsync(800, CancellationToken.None);
        var waiting = spool.OpenAsync(900, CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(120));

        var refused = await Content.FailsAsync(BlobProblem.Full, () => waiting);
        Assert.InRange(refused.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Single(Files());
    }

    [Fact]
    public async Task When_as_many_wait_as_may_the_next_one_is_refused()
    {
        using var spool = Open(maxWaiting: 0);
        using var file = await spool.OpenAsync(800, CancellationToken.None);

        await Content.FailsAsync(BlobProblem.Full, () => spool.OpenAsync(900, CancellationToken.None));
    }

    [Fact]
    public async Task What_never_fits_is_refused_at_once()
    {
        using var spool = Open();

        await Content.FailsAsync(BlobProblem.TooLarge, () => spool.OpenAsync(1001, CancellationToken.None));
    }

    [Fact]
    public async Task Who_leaves_the_line_is_forgotten()
    {
        using var spool = Open();
        using var leave = new CancellationTokenSource();
        var file = await spool.OpenAsync(800, CancellationToken.None);
        var waiting = spool.OpenAsync(900, leave.Token);

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        file.Dispose();
        Assert.Equal(0, spool.GetStatus().Leased.Bytes);
    }

    [Fact]
    public async Task When_the_disk_is_full_before_the_spool_is_the_bytes_come_back()
    {
        using var disk = SmallDisk.CreateOrSkip(kilobytes: 64);
        using var spool = new Spool(new SpoolOptions(disk.Path, ByteSize.FromMegabytes(1)) { KeepFree = default, AllowMemory = true });

        await Content.FailsAsync(BlobProblem.Full, () => spool.OpenAsync(100_000, CancellationToken.None));

        Assert.Equal(0, spool.GetStatus().Leased.Bytes);
        (await spool.OpenAsync(10_000, CancellationToken.None)).Dispose();
    }

    [Fact]
    public void What_a_killed_process_left_goes_at_the_next_start()
    {
        Open().Dispose();
        File.WriteAllText(_folder[Guid.NewGuid().ToString("N")], "left behind");

        using var spool = Open();

        Assert.Empty(Files());
    }

    [Fact]
    public void A_folder_that_holds_other_files_is_refused_and_left_as_it_is()
    {
        File.WriteAllText(_folder["headroom.db"], "everything");
        Directory.CreateDirectory(_folder["uploads"]);

        var refused = Assert.Throws<BlobException>(() => Open());

        Assert.Equal(BlobProblem.Refused, refused.Problem);
        Assert.Contains("name another folder", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["headroom.db", "uploads"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcdef.jpg")]
    public void Nothing_goes_from_a_spool_into_which_somebody_put_something(string stranger)
    {
        Open().Dispose();
        var left = Guid.NewGuid().ToString("N");
        File.WriteAllText(_folder[left], "left behind");
        File.WriteAllText(_folder[stranger], "put there");

        var refused = Assert.Throws<BlobException>(() => Open());

        Assert.Contains($"'{stranger}'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(((string[])[left, stranger]).Order(), Files().Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_folder_of_a_spools_name_that_holds_more_than_parts_does_not_go_either()
    {
        Open().Dispose();
        var folder = Directory.CreateDirectory(_folder[Guid.NewGuid().ToString("N")]).FullName;
        File.WriteAllText(Path.Join(folder, "thesis.odt"), "years of work");

        Assert.Throws<BlobException>(() => Open());

        Assert.True(File.Exists(Path.Join(folder, "thesis.odt")));
    }

    [Fact]
    public void A_link_in_a_spool_is_not_followed()
    {
        Open().Dispose();
        using var elsewhere = new TemporaryFolder();
        File.WriteAllText(elsewhere["0000000000000000"], "not a part");
        Directory.CreateSymbolicLink(_folder[Guid.NewGuid().ToString("N")], elsewhere.Path);

        Assert.Throws<BlobException>(() => Open());

        Assert.True(File.Exists(elsewhere["0000000000000000"]));
    }

    [Fact]
    public void It_refuses_a_folder_in_memory()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "There is no /dev/shm here.");

        var refused = Assert.Throws<BlobException>(() => new Spool(new SpoolOptions($"/dev/shm/headroom-{Guid.NewGuid():N}", ByteSize.FromMegabytes(1))));

        Assert.Contains("tmpfs", refused.Message, StringComparison.Ordinal);
    }

    private Spool Open(int maxWaiting = 10) =>
        new(new SpoolOptions(_folder.Path, new ByteSize(1000)) { MaxWaiting = maxWaiting, KeepFree = default, AllowMemory = true }, _clock);

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder.Path).Where(f => Path.GetFileName(f) != "lock");
}
