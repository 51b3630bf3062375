using Headroom.Bench.Scenarios;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Tests.Scenarios;

public sealed class UploadVerdictTests
{
    private const long Mebibyte = 1048576;

    [Fact]
    public void What_went_well_is_ok() => Assert.Equal("ok", Row(Fine()).Verdict);

    [Fact]
    public void More_memory_than_wanted_is_said() => Assert.Equal("more than 100 MiB", Row(Fine() with { Peaks = Runs.Peak(101 * Mebibyte) }).Verdict);

    [Fact]
    public void Files_that_are_missing_or_different_are_said()
    {
        var run = Fine();
        Assert.Equal("1 not completed; given up (1 × answered 500); 2 different", Row(run with
        {
            Load = run.Load with { Completed = 3, Different = 2, Failures = new Dictionary<string, int> { ["answered 500"] = 1 } },
        }).Verdict);
    }

    [Fact]
    public void Clients_may_be_told_to_come_back_and_nothing_else()
    {
        var run = Fine();
        Assert.Equal("ok", Row(run with { Load = run.Load with { Retries = new Dictionary<string, int> { ["503"] = 9, ["408"] = 1 } } }).Verdict);
        Assert.Equal(
            "improper answers (1 × ConnectionReset)",
            Row(run with { Load = run.Load with { Retries = new Dictionary<string, int> { ["ConnectionReset"] = 1 } } }).Verdict);
    }

    [Fact]
    public void Memory_that_grows_is_said_where_it_has_to_be_flat()
    {
        var grows = Fine() with { Watch = Runs.Watch([.. Enumerable.Range(0, 30).Select(second => second * Mebibyte)]) };
        Assert.Equal("ok", Row(grows).Verdict);
        Assert.Equal("the floor rose by 17.0 MiB", (Row(grows) with { Flat = true }).Verdict);
    }

    [Fact]
    public void The_ratio_is_the_median_of_rounds_in_which_both_took_everything()
    {
        UploadPeerRow[] rows =
        [
            Peer(1, "one", 30), Peer(1, "other", 10), Peer(2, "one", 40), Peer(2, "other", 10), Peer(3, "one", 50), Peer(3, "other", 10),
            Peer(4, "one", 990), Peer(4, "other", 10) with { OomKills = 1 },
        ];
        Assert.Equal(4, UploadPeerRow.Ratio(rows, "large", "one", "other"));
        Assert.Null(UploadPeerRow.Ratio(rows, "small", "one", "other"));
    }

    internal static UploadRun Fine() =>
        new(Load(4), Runs.Seen(90 * Mebibyte));

    internal static UploadsRow Row(UploadRun run) => new("few", Runs.Limit, 100 * Mebibyte, Flat: false, StartProblem: null, run);

    internal static UploadPeerRow Peer(int round, string target, int files) =>
        new("large", round, target, Runs.Limit, Load(files), OomKills: 0, Runs.Peak(90 * Mebibyte));

    internal static UploadReport Load(int files) =>
        new(files, files, files, 0, 0, files * Mebibyte, 1, files, new Dictionary<string, int>(), new Dictionary<string, int>(), 0.5, 0.9, 1);
}
