using System.Globalization;

namespace Headroom.Tests.Limits;

public sealed class RealCgroupTests
{
    [Fact]
    public async Task A_process_in_a_cgroup_of_64_MiB_finds_that_limit()
    {
        using var cgroup = RealCgroup.CreateOrSkip(64 << 20);

        var found = await cgroup.RunProbeAsync();

        Assert.Equal($"{64 << 20}", found["limit"]);
        Assert.Equal(cgroup.Directory, found["directory"]);
        Assert.Equal(cgroup.Directory, found["own"]);
        Assert.EndsWith(Path.Join(cgroup.Directory, cgroup.LimitFile), found["source"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tighter_ancestor_is_the_limit_and_what_it_is_charged_is_measured()
    {
        using var ancestor = RealCgroup.CreateOrSkip(64 << 20);
        using var own = ancestor.CreateChild(512 << 20);

        var found = await own.RunProbeAsync();

        Assert.Equal($"{64 << 20}", found["limit"]);
        Assert.Equal(ancestor.Directory, found["directory"]);
        Assert.Equal(own.Directory, found["own"]);
        Assert.InRange(Number(found["unreclaimable"]), 1 << 20, 64 << 20);
        Assert.InRange(Number(found["charged"]), Number(found["unreclaimable"]) / 2, 64 << 20);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
