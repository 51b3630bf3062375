using Headroom.Bench.Scenarios;
using Headroom.Bench.Watching;

namespace Headroom.Bench.Tests.Scenarios;

public sealed class VerdictTests
{
    private static readonly MixRun Fine = Runs.Fine();

    public static TheoryData<string, string> Faults => new()
    {
        { "killed", "2 × killed" },
        { "gone", "ended" },
        { "fat", "over the limit" },
        { "improper", "improper answers (3 × Good: ConnectionReset)" },
        { "unhealthy", "failed probes (1 × 503)" },
        { "slow to probes", "/health p99 101 ms" },
        { "at a loss", "11 % unexplained" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_is_named(string fault, string problem) => Assert.Equal([problem], Broken(fault).Problems(Runs.Limit));

    [Fact]
    public void Where_nothing_is_wrong_nothing_is_said() => Assert.Empty(Fine.Problems(Runs.Limit));

    [Fact]
    public void Probes_are_no_matter_of_life()
    {
        Assert.Empty(Broken("unhealthy").Deaths(Runs.Limit));
        Assert.NotEmpty(Broken("killed").Deaths(Runs.Limit));
    }

    [Theory]
    [InlineData(11.1, "ok")]
    [InlineData(11.2, "goodput 89 %")]
    public void Overload_must_leave_nine_tenths_of_the_rate(double sustainable, string verdict) =>
        Assert.Equal(verdict, new OverloadRow("headroom", Runs.Limit, null, sustainable, Fine).Verdict);

    [Theory]
    [InlineData(10, 12.2, "ok")]
    [InlineData(10, 12.4, "goodput 89 %")]
    [InlineData(11, 8.9, "ok")]
    [InlineData(12, 9.5, "only 9.5/s afterwards")]
    public void The_rate_it_is_measured_by_is_that_of_before_and_after(double before, double after, string problem) =>
        Assert.Contains(problem, (new OverloadRow("headroom", Runs.Limit, null, before, Fine) { SustainableAfter = after }).Verdict, StringComparison.Ordinal);

    [Fact]
    public void A_server_that_never_answered_right_cannot_be_overloaded() =>
        Assert.Equal("no right answer before the overload", new OverloadRow("usual", Runs.Limit, null, 0, Run: null).Verdict);

    [Fact]
    public void A_server_that_did_not_start_is_said_to() =>
        Assert.Equal("killed at start", new OverloadRow("usual", Runs.Limit, "killed at start", 0, Run: null).Verdict);

    [Theory]
    [InlineData(100.0, "ok")]
    [InlineData(181.0, "the trend said leak only after 181 s")]
    [InlineData(null, "the trend never said leak")]
    public void A_leak_must_be_noticed_in_time(double? said, string verdict) =>
        Assert.Equal(verdict, Leak(Fine with { Watch = Runs.Watch() with { LeakSaidAfter = said } }).Verdict);

    [Fact]
    public void A_leak_that_is_none_is_no_success()
    {
        var run = Fine with { Peaks = Runs.Peak(1), Watch = Runs.Watch() with { LeakSaidAfter = 5 } };
        Assert.StartsWith("nothing leaked", Leak(run).Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Service_must_go_on_after_the_leak()
    {
        var row = Leak(Runs.Fine(9, 9, 5, 5, 5, 5, 0, 0, 0, 0) with { Watch = Runs.Watch() with { LeakSaidAfter = 5 } });
        Assert.Equal("no right answer after the leak", row.Verdict);
        Assert.Equal((9.0, 5.0, 0.0), (row.RateBefore, row.RateDuring, row.RateAfter));
    }

    [Fact]
    public void A_floor_that_rises_is_not_flat()
    {
        const long mebibyte = 1048576;
        Assert.Equal("the floor rose by 9.0 MiB", Soak(Runs.Watch([.. Enumerable.Range(0, 9).Select(second => (80 + (second < 6 ? 0 : 9)) * mebibyte)])));
        Assert.Equal("ok", Soak(Runs.Watch([.. Enumerable.Range(0, 9).Select(second => (80 + second % 3 * 30) * mebibyte)])));
        Assert.Equal("the trend said leak", Soak(Runs.Watch(1, 1, 1) with { LeakSaidAfter = 3 }));
    }

    [Fact]
    public void A_phase_has_the_answers_of_its_own_whole_seconds()
    {
        var run = Runs.Fine(1, 2, 3, 4, 5, 6);
        var phase = Phase(fromSecond: 1.5, toSecond: 4.9);
        Assert.Equal((7, 2.0), (phase.Of(run.Load).Right, phase.Seconds(run.Load)));
    }

    [Fact]
    public void What_goes_wrong_under_a_limit_stands_with_it()
    {
        var row = new LowerLimitRow("headroom", null, Fine, []);
        var phase = Phase(0, 5);
        Assert.Equal("ok", row.Verdict(phase));
        Assert.Equal("1 × killed", row.Verdict(phase with { OomKills = 1 }));
        Assert.Equal("the kernel could not take the memory back", row.Verdict(phase with { AcceptedAfter = null }));
        Assert.Equal("over the limit", row.Verdict(phase with { Peaks = Runs.Peak(Runs.Limit + 1) }));
        Assert.Equal("no right answer", row.Verdict(Phase(50, 60)));
    }

    [Fact]
    public void Prepared_models_must_be_small_and_fast()
    {
        var row = new LargeModelsRow("prepared", 400 * 1048576L, Prepared: true, null, 1, default, 0, Runs.Peak(100), Fine, Runs.Peak(100), FullRate: 10);
        Assert.Equal("ok", row.Verdict);
        Assert.Equal("not at full speed", (row with { FullRate = 12 }).Verdict);
        Assert.Equal("ok", (row with { FullRate = 12, Limit = 320 * 1048576L }).Verdict);
        Assert.Equal("more than 140 MiB anonymous", (row with { UnderLoad = Runs.Peak(141 * 1048576L) }).Verdict);
        Assert.Equal("ok", (row with { UnderLoad = Runs.Peak(141 * 1048576L), Prepared = false }).Verdict);
    }

    private static MixRun Broken(string fault) => fault switch
    {
        "killed" => Fine with { OomKills = 2, IsGone = true },
        "gone" => Fine with { IsGone = true },
        "fat" => Fine with { Peaks = Runs.Peak(Runs.Limit + 1) },
        "improper" => Fine with { Load = Fine.Load with { Improper = new Dictionary<string, int> { ["Good: ConnectionReset"] = 3 } } },
        "unhealthy" => Fine with { Probes = new ProbeReport(100, new Dictionary<string, int> { ["503"] = 1 }, 2, 20, 40) },
        "at a loss" => Fine with { Watch = Runs.Watch() with { Worst = new MemoryStatus(0.11, null, new Dictionary<string, double>()) } },
        _ => Fine with { Probes = Fine.Probes with { P99 = 101 } },
    };

    private static LeakRow Leak(MixRun run) => new("headroom", Runs.Limit, null, BytesPerSecond: 1, UpTo: Runs.Limit / 4, LeakEnds: 6, run);

    private static string Soak(WatchReport watch) => new SoakRow("headroom", Runs.Limit, null, Fine with { Watch = watch }).Verdict;

    private static LimitPhase Phase(double fromSecond, double toSecond) =>
        new(Runs.Limit, (long)(fromSecond * Stopwatch.Frequency), (long)(toSecond * Stopwatch.Frequency), AcceptedAfter: 1, OomKills: 0, Runs.Peak(1));
}
