using System.Diagnostics;
using System.Globalization;
using Headroom.Tests.Limits;

namespace Headroom.CgroupV2;

/// <summary>What only the second version of cgroups has.</summary>
public sealed class CgroupV2Tests
{
    private const string Top = "/sys/fs/cgroup";
    private const long Mebibyte = 1 << 20;

    public CgroupV2Tests() =>
        Assert.True(File.Exists(Path.Join(Top, "cgroup.controllers")), $"{Top} is not of version 2: start these tests by tools/cgroup-v2/run.");

    [Fact]
    public async Task A_memory_high_below_the_maximum_is_the_limit()
    {
        using var cgroup = RealCgroup.CreateOrSkip(256 * Mebibyte);
        await File.WriteAllTextAsync(Path.Join(cgroup.Directory, "memory.high"), $"{128 * Mebibyte}", TestContext.Current.CancellationToken);

        var found = await cgroup.RunProbeAsync();

        Assert.Equal($"{128 * Mebibyte}", found["limit"]);
        Assert.EndsWith("memory.high", found["source"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_container_that_sees_only_its_own_cgroup_the_limit_is_found()
    {
        using var cgroup = RealCgroup.CreateOrSkip(96 * Mebibyte);

        // What container runtimes do: a namespace whose root is the own cgroup, mounted where all programs look.
        string[] container = ["unshare", "--cgroup", "--mount", "/bin/sh", "-c", $"umount -l {Top} && mount -t cgroup2 cgroup {Top} && exec \"$@\"", "sh"];
        var found = await cgroup.RunProbeAsync(container, []);

        Assert.Equal($"{96 * Mebibyte}", found["limit"]);
        Assert.Equal(Top, found["directory"]);
    }

    [Fact]
    public async Task Unread_bytes_in_sockets_are_counted_once_and_as_the_kernel_counts_them()
    {
        using var cgroup = RealCgroup.CreateOrSkip(256 * Mebibyte);

        var found = await cgroup.RunProbeAsync("sockets");

        var sockets = Number(found["sockets after"]) - Number(found["sockets before"]);
        Assert.True(sockets > 5 * Mebibyte, Print(found));
        Assert.InRange(Number(found["unreclaimable after"]) - Number(found["unreclaimable before"]), sockets - (3 * Mebibyte), sockets + (6 * Mebibyte));
        Assert.InRange(Number(found["total after"]) - Number(found["kernel's total after"]), -3 * Mebibyte, 3 * Mebibyte);
    }

    [Fact]
    public async Task Stall_information_is_there()
    {
        using var cgroup = RealCgroup.CreateOrSkip(256 * Mebibyte);

        Assert.Equal("True", (await cgroup.RunProbeAsync())["stalls are measured"]);
    }

    [Fact]
    public async Task A_process_beyond_its_limit_is_killed_and_counted()
    {
        using var cgroup = RealCgroup.CreateOrSkip(32 * Mebibyte);
        var start = new ProcessStartInfo("/bin/sh", ["-c", "echo $$ > \"$0\" && head -c 200m /dev/zero | tail -n 1 | wc -c", cgroup.ProcessesFile])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };

        using var process = Process.Start(start)!;
        // A last line of 200 MiB is more than tail may keep.
        Assert.Equal("0", (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, cgroup.Kills);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Print(IReadOnlyDictionary<string, string> found) => string.Join(", ", found.Select(p => $"{p.Key} {p.Value}"));
}
