using System.Text.RegularExpressions;
using Headroom.Blobs.Files;

namespace Headroom.Blobs.Tests.Disk;

/// <summary>
/// What the kernel is asked for, in order, from strace: after a kill the page cache still has everything, so only the
/// calls tell whether a power failure would lose something.
/// </summary>
public sealed class DiskTraceTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private List<string> _calls = [];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "strace exists on Linux only.");
        await TestHost.RunAsync(
            NeededProgram.Strace.PathOrSkip(),
            "-f",
            "-y",
            "-qq",
            "-s",
            "40",
            "-e",
            "trace=openat,fcntl,write,pwrite64,pwritev,fsync,fdatasync,rename,renameat,renameat2,mkdir,rmdir,unlink,ftruncate,sync_file_range",
            "-o",
            _folder["trace"],
            TestHost.Program,
            "write",
            _folder["data"]);
        _calls = [.. StraceLog.Returned(File.ReadLines(_folder["trace"]))];
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void A_part_is_written_renamed_and_it_and_its_folder_are_synced_before_it_is_acknowledged() =>
        AssertOrder(
            from: "BEGUN", to: "ACKNOWLEDGED",
            @"^pwrite64\(\d+<.*/data/scratch/\w{32}>, .*100000",
            @"^rename\("".*/data/scratch/\w{32}"", "".*/data/open/\w\w/traced~\w{32}/0{16}""\)",
            @"^fsync\(\d+<.*/data/open/\w\w/traced~\w{32}/0{16}>\)",
            @"^fsync\(\d+<.*/data/open/\w\w/traced~\w{32}>\)");

    [Fact]
    public void An_upload_is_begun_when_its_folder_and_those_above_are_synced() =>
        AssertOrder(
            from: null, to: "BEGUN",
            @"^mkdir\("".*/data/open""",
            @"^fsync\(\d+<.*/data>\)",
            @"^mkdir\("".*/data/open/\w\w""",
            @"^fsync\(\d+<.*/data/open>\)",
            @"^mkdir\("".*/data/open/\w\w/traced~\w{32}""",
            @"^fsync\(\d+<.*/data/open/\w\w>\)");

    [Fact]
    public void An_object_is_complete_when_its_index_and_the_rename_of_its_folder_are_synced() =>
        AssertOrder(
            from: "FILLED", to: "COMPLETED",
            @"^mkdir\("".*/data/blobs/\w\w""",
            @"^fsync\(\d+<.*/data/blobs>\)",
            @"^rename\("".*/data/scratch/\w{32}"", "".*/index""\)",
            @"^fsync\(\d+<.*/index>\)",
            @"^fsync\(\d+<.*/data/open/\w\w/traced~\w{32}>\)",
            @"^rename\("".*/data/open/\w\w/traced~\w{32}"", "".*/data/blobs/\w\w/traced""\)",
            @"^fsync\(\d+<.*/data/blobs/\w\w>\)");

    [Fact]
    public void An_object_of_one_part_is_complete_when_the_rename_of_that_part_is_synced() =>
        AssertOrder(
            from: "SINGLE", to: "SINGLED",
            @"^rename\("".*/data/open/\w\w/single~\w{32}/0{16}"", "".*/data/blobs/\w\w/single""\)",
            @"^fsync\(\d+<.*/data/blobs/\w\w>\)",
            @"^rmdir\("".*/data/open/\w\w/single~\w{32}""\)");

    [Fact]
    public void A_small_object_is_synced_before_and_after_its_rename() =>
        AssertOrder(
            from: "COMPLETED", to: "PUT",
            @"^pwrite64\(\d+<.*/data/scratch/\w{32}>, .*1000",
            @"^fsync\(\d+<.*/data/scratch/\w{32}>\)",
            @"^rename\("".*/data/scratch/\w{32}"", "".*/data/blobs/\w\w/small""\)",
            @"^fsync\(\d+<.*/data/blobs/\w\w>\)");

    [Fact]
    public void A_deleted_object_disappears_in_one_rename_that_is_synced() =>
        AssertOrder(
            from: "PUT", to: "DELETED",
            @"^rename\("".*/data/blobs/\w\w/traced"", "".*/data/scratch/\w{32}""\)",
            @"^fsync\(\d+<.*/data/blobs/\w\w>\)",
            @"^unlink\("".*/data/scratch/\w{32}/0{16}""\)");

    [Fact]
    public void A_long_part_goes_to_the_device_past_the_page_cache_while_it_comes()
    {
        Assert.SkipUnless(DirectWrites.ArePossible(_folder.Path), $"The file system of {_folder.Path} takes no direct writes.");
        AssertOrder(
            from: "SINGLED", to: "KEPT",
            @"^fcntl\(\d+<.*/data/scratch/\w{32}>, F_SETFL, .*O_DIRECT",
            @"^pwrite64\(\d+<.*/data/scratch/\w{32}>, .*, 262144, 0\)",
            @"^pwrite64\(\d+<.*/data/scratch/\w{32}>, .*, 262144, 262144\)",
            @"^pwrite64\(\d+<.*/data/scratch/\w{32}>, .*, 262144, 524288\)",
            @"^fcntl\(\d+<.*/data/scratch/\w{32}>, F_SETFL, O_RDONLY|0\)",
            @"^fsync\(\d+<.*/data/open/\w\w/long~\w{32}/0{16}>\)");
    }

    private void AssertOrder(string? from, string to, params string[] expected)
    {
        var start = from is null ? 0 : _calls.FindIndex(c => Said(c, from));
        var end = _calls.FindIndex(c => Said(c, to));
        Assert.True(start >= 0 && end > start, "The traced program did not say what it did.");
        var at = start;
        foreach (var pattern in expected)
        {
            var next = _calls.FindIndex(at, end - at, c => Regex.IsMatch(c, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)));
            Assert.True(
                next >= 0, $"{pattern} is missing in:\n{string.Join('\n', _calls[start..end].Where(c => c.Contains("/data", StringComparison.Ordinal)))}");
            at = next + 1;
        }
    }

    private static bool Said(string call, string word) =>
        call.StartsWith("write(", StringComparison.Ordinal) && call.Contains($"\"{word}\\n\"", StringComparison.Ordinal);
}
