using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Tests.Scenarios;

public sealed class PairsTests
{
    private const int Ratio = 5, Difference = 8, Verdict = 9, WrongAfter = 11;

    internal static PairsOptions Options => new(PairsScenario.Names, Pairs: 3, Runs.Limit, Seconds: 120, WaitSeconds: 45, "0.1.0+a", "0.1.0+b");

    [Fact]
    public void The_median_of_the_pairs_counts_and_not_of_the_builds()
    {
        var row = Row(Pair(100, 101), Pair(200, 204), Pair(10, 30));
        Assert.Equal("1.020 (1.010–3.000)", row[Ratio]);
        Assert.Equal("ok", row[Verdict]);
    }

    [Theory]
    [InlineData(103, 103, "ok")]
    [InlineData(104, 103, "**slower**")]
    [InlineData(103, 104, "**larger**")]
    [InlineData(104, 104, "**slower; larger**")]
    public void More_than_a_change_may_cost_stands_out(double processor, int mebibytes, string verdict) =>
        Assert.Equal(verdict, Row(new Pair(1, Turn(100, 100), Turn(processor, mebibytes)))[Verdict]);

    [Fact]
    public void Memory_is_compared_within_a_pair()
    {
        var row = Row(new Pair(1, Turn(1, 100), Turn(1, 102)), new Pair(2, Turn(1, 150), Turn(1, 151)), new Pair(3, Turn(1, 90), Turn(1, 89)));
        Assert.Equal("1.0 (-1.0–2.0)", row[Difference]);
    }

    [Fact]
    public void A_pair_of_which_one_was_gone_does_not_count_and_is_named()
    {
        var row = Row(Pair(100, 100), new Pair(2, Turn(100, 100), new Turn("clock", "clock-in", 0, 0, "killed at start")));
        Assert.Equal("1 of 2", row[2]);
        Assert.Equal("1.000 (1.000–1.000)", row[Ratio]);
        Assert.Equal("1 × killed at start", row[WrongAfter]);
    }

    [Fact]
    public void Where_no_pair_counts_nothing_is_claimed() =>
        Assert.Equal("**not measured**", Row(new Pair(1, new Turn("clock", "clock-in", 0, 0, "killed"), Turn(1, 1)))[Verdict]);

    internal static Turn Turn(double processorMilliseconds, int mebibytes) => new("clock", "clock-in", processorMilliseconds, mebibytes * 1048576L, "ok");

    private static Pair Pair(double before, double after) => new(1, Turn(before, 100), Turn(after, 100));

    private static string[] Row(params Pair[] pairs) => Assert.Single(PairsTable.Section(pairs, Options).Rows);
}
