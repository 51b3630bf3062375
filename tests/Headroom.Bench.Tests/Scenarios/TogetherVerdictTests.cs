using Headroom.Bench.Load;
using Headroom.Bench.Scenarios;
using Headroom.Bench.Searches;
using Headroom.Bench.Submissions;
using Headroom.Bench.Watching;

namespace Headroom.Bench.Tests.Scenarios;

public sealed class TogetherVerdictTests
{
    public static TheoryData<string, string> Faults => new()
    {
        { "killed", "1 × killed" },
        { "fat", "over the limit" },
        { "clock-ins", "clock-ins: improper answers (3 × Good: ConnectionReset)" },
        { "no clock-ins", "clock-ins: no right answer" },
        { "uploads", "uploads: 1 different" },
        { "no uploads", "uploads: none complete" },
        { "submissions", "submissions: improper answers (1 × 503 without Retry-After)" },
        { "lost", "submissions: 1 lost; submissions: 2 found twice" },
        { "not looked for", "submissions: not looked for" },
        { "searches", "searches: improper answers (2 × 200 without results)" },
        { "no searches", "searches: no right answer" },
        { "probes", "failed probes (1 × 503); /health p99 101 ms" },
        { "unexplained", "11 % unexplained" },
        { "unread", "/memory-status never answered" },
        { "leak", "the trend said leak" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Every_fault_is_named_with_its_load(string fault, string verdict) => Assert.Equal(verdict, Row(Broken(fault)).Verdict);

    [Fact]
    public void What_went_well_is_ok() => Assert.Equal("ok", Row(Fine()).Verdict);

    [Fact]
    public void Being_told_to_come_back_and_being_answered_by_words_alone_is_no_fault()
    {
        var run = Fine();
        Assert.Equal("ok", Row(run with
        {
            Uploads = run.Uploads with { Retries = Counts("503", 9) },
            Submissions = Sent("200", "503"),
            Searches = Sent("200", "503", SearchQueries.WordsAlone),
        }).Verdict);
    }

    [Fact]
    public void Only_what_was_done_is_timed()
    {
        var report = OpenLoopReport.Of([new OpenLoopResult(0, 9, "200"), new OpenLoopResult(1, 1, "503")], seconds: 2);
        Assert.Equal((0.5, 9.0, 9.0), (report.PerSecond, report.Times.P50, report.Times.P99));
    }

    internal static TogetherRow Row(TogetherRun run) => new(Runs.Limit, StartProblem: null, run);

    internal static TogetherRun Fine() =>
        new(Runs.Fine().Load, UploadVerdictTests.Load(4), Sent("200"), Sent("200"), Runs.Seen(Runs.Limit / 2)) { Stored = new SubmissionCheck(0, 0, 1, 0) };

    private static TogetherRun Broken(string fault)
    {
        var fine = Fine();
        return fault switch
        {
            "killed" => fine with { OomKills = 1, IsGone = true },
            "fat" => fine with { Peaks = Runs.Peak(Runs.Limit + 1) },
            "clock-ins" => fine with { ClockIns = fine.ClockIns with { Improper = Counts("Good: ConnectionReset", 3) } },
            "no clock-ins" => fine with { ClockIns = Runs.Fine(0, 0).Load },
            "uploads" => fine with { Uploads = fine.Uploads with { Different = 1 } },
            "no uploads" => fine with { Uploads = UploadVerdictTests.Load(0) },
            "submissions" => fine with { Submissions = Sent("200", "503 without Retry-After") },
            "lost" => fine with { Stored = new SubmissionCheck(1, 2, 1, 0) },
            "not looked for" => fine with { Stored = null },
            "searches" => fine with { Searches = Sent("200", "200 without results", "200 without results") },
            "no searches" => fine with { Searches = Sent("503") },
            "probes" => fine with { Probes = new ProbeReport(100, Counts("503", 1), 2, 101, 140) },
            "unexplained" => fine with { Watch = Runs.Watch() with { Worst = new MemoryStatus(0.11, null, new Dictionary<string, double>()) } },
            "unread" => fine with { Watch = Runs.Watch() with { Worst = null } },
            _ => fine with { Watch = Runs.Watch() with { LeakSaidAfter = 3 } },
        };
    }

    private static Dictionary<string, int> Counts(string what, int count) => new() { [what] = count };

    private static OpenLoopReport Sent(params string[] outcomes) =>
        OpenLoopReport.Of([.. outcomes.Select(outcome => new OpenLoopResult(0, 5, outcome))], seconds: 1);
}
