using System.Globalization;
using Headroom.Tests.Limits;

namespace Headroom.Tests.Pressure;

/// <summary>A governed process in a cgroup whose limit the kernel enforces.</summary>
public sealed class RealPressureTests
{
    [Fact]
    public async Task Garbage_and_freed_native_memory_are_given_back_and_the_service_recovers_without_a_restart()
    {
        using var cgroup = RealCgroup.CreateOrSkip(256 << 20);

        var found = await cgroup.RunProbeAsync("recover");

        Assert.True((found["paused before"], found["paused after"]) == ("True", "False"), Print(found));
        Assert.True(found["level after"] == "None", Print(found));
        Assert.True(Number(found["fell"]) > 100 << 20, Print(found));
        // What it brought is what was measured; twice at most, for it stops the world.
        Assert.InRange(Number(found["returned"]), Number(found["fell"]) / 2, Number(found["fell"]) * 2);
        Assert.InRange(Number(found["runs"]), 1, 2);
        Assert.Equal(0, Number(found["unexplained"]));
    }

    [Fact]
    public async Task With_memory_that_does_not_come_back_work_goes_on_one_at_a_time()
    {
        using var cgroup = RealCgroup.CreateOrSkip(256 << 20);

        var found = await cgroup.RunProbeAsync("go-on");

        Assert.True(found["level"] is "High" or "Critical", Print(found));
        Assert.Equal(("40", "1"), (found["done"], found["most at once"]));
        Assert.InRange(Number(found["heap runs"]), 0, 3);
    }

    [Fact]
    public async Task A_limit_that_is_changed_while_the_process_runs_is_noticed()
    {
        using var cgroup = RealCgroup.CreateOrSkip(256 << 20);

        var found = await cgroup.RunProbeAsync("limit");

        Assert.Equal(("160", "320"), (found["limit 160"], found["limit 320"]));
    }

    [Fact]
    public async Task Reading_a_mapped_file_larger_than_the_limit_is_thrashing_and_no_pressure()
    {
        using var cgroup = RealCgroup.CreateOrSkip(128 << 20);
        var file = Path.Join(AppContext.BaseDirectory, $"weights-{Guid.NewGuid():N}");
        try
        {
            var found = await cgroup.RunProbeAsync("thrash", file);

            Assert.True((found["noticed"], found["over"]) == ("True", "True"), Print(found));
            Assert.True(found["highest"] == "None", Print(found));
            Assert.True(Number(found["working set"]) > Number(found["first"]), Print(found));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Nine_tenths_of_the_working_set_have_a_name_before_and_after_a_trim()
    {
        using var cgroup = RealCgroup.CreateOrSkip(256 << 20);

        var found = await cgroup.RunProbeAsync("breakdown");

        foreach (var moment in new[] { "full", "freed", "trimmed" })
        {
            var set = Number(found[$"{moment} working set"]);
            Assert.True(Math.Abs(Number(found[$"{moment} unexplained"])) <= Math.Max(set / 10, 1 << 20), Print(found));
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Print(IReadOnlyDictionary<string, string> found) => string.Join('\n', found.Select(f => $"{f.Key}={f.Value}"));
}
