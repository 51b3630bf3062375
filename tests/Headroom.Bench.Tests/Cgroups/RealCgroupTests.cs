using Headroom.Bench.Cgroups;
using Headroom.Bench.Photos;
using Headroom.Bench.Programs;
using Headroom.Bench.Scenarios;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Tests.Cgroups;

/// <summary>The scenarios themselves, short, with the built server in a real cgroup. What they would measure is left to the bench.</summary>
public sealed class RealCgroupTests : IDisposable
{
    private const long Small = 256 * 1048576L;
    private const long Large = 512 * 1048576L;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_small_instance_lives_through_overload_and_answers_everybody()
    {
        var (subject, target) = await PrepareOrSkipAsync(Small);
        var row = await new OverloadScenario(subject, new OverloadOptions(CalmSeconds: 3, Seconds: 5, Factor: 4) { Slow = 1 }).MeasureAsync(
            target, Small, CancellationToken.None);
        Assert.True(row.Run is not null, row.Verdict);
        Assert.Empty(row.Run.Deaths(Small));
        Assert.Empty(row.Run.Probes.Failures);
        Assert.True(row.Run.Load.Right > 0);
        Assert.True(row.Run.Watch.Polls > row.Run.Watch.FailedPolls);
    }

    [Fact]
    public async Task A_limit_that_is_lowered_under_load_kills_nobody()
    {
        var (subject, target) = await PrepareOrSkipAsync(Large, Small);
        var row = await new LowerLimitScenario(subject, clients: 4, phaseSeconds: 2).MeasureAsync(target, CancellationToken.None);
        Assert.Equal([Large, Small, Large], row.Phases.Select(phase => phase.Limit));
        Assert.All(row.Phases, phase => Assert.Equal((0, true), (phase.OomKills, phase.AcceptedAfter is not null)));
        Assert.Empty(row.Run!.Deaths(Large));
        Assert.True(row.Run.Load.Right > 0);
    }

    [Fact]
    public async Task A_process_beyond_its_limit_is_killed_and_counted()
    {
        await RequireCgroupAsync();
        await using var cgroup = MemoryCgroup.Create(32 * 1048576L);
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "echo $$ > \"$0\" && head -c 200m /dev/zero 2>/dev/null | tail -n 1 2>/dev/null | wc -c", cgroup.ProcessesFile])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        // A last line of 200 MiB is more than tail may keep.
        Assert.Equal("0", (await process.StandardOutput.ReadToEndAsync()).Trim());
        await process.WaitForExitAsync();
        Assert.True(cgroup.OomKills() > 0);
    }

    private async Task<(Subject Subject, ITarget Target)> PrepareOrSkipAsync(params long[] limits)
    {
        await RequireCgroupAsync();
        var repository = Repository.Find();
        // Nobody waits longer than the test.
        var environment = new Dictionary<string, string> { ["HEADROOM__MAXWAIT"] = "5" };
        var target = new HeadroomTarget(Built.Server.CopyTo(_folder.Path), PrivateRuntime.Prepare(repository), environment);
        return (new Subject(repository, BuiltProgram.Bench(), TestPhotos.Small(repository), [target], limits, TextWriter.Null), target);
    }

    private static async Task RequireCgroupAsync()
    {
        try
        {
            MemoryCgroup.RequirePrivilege();
            await using var probe = MemoryCgroup.Create(Small);
            await PageCache.DropAsync(CancellationToken.None);
        }
        catch (Exception problem) when (problem is BenchException or IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"No server can be measured here: {problem.Message}");
        }
    }
}
