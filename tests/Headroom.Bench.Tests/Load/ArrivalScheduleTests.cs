using FsCheck.Fluent;
using Headroom.Bench.Load;

namespace Headroom.Bench.Tests.Load;

public sealed class ArrivalScheduleTests
{
    private static readonly TimeSpan End = TimeSpan.FromSeconds(200);

    [Fact]
    public void As_many_arrive_as_were_asked_for()
    {
        var arrivals = new ArrivalSchedule(perSecond: 50, badShare: 0.2, seed: 7).Until(End).ToList();
        Assert.InRange(arrivals.Count, 9_500, 10_500);
        Assert.InRange(arrivals.Count(arrival => arrival.Kind != VisitKind.Good) / (double)arrivals.Count, 0.18, 0.22);
    }

    [Fact]
    public void Gaps_differ_as_those_of_strangers_do()
    {
        var at = new ArrivalSchedule(perSecond: 50, badShare: 0, seed: 7).Until(End).Select(arrival => arrival.At.TotalSeconds).ToList();
        var gaps = at.Skip(1).Zip(at, (later, earlier) => later - earlier).ToList();
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));
        // Of exponential gaps mean and deviation are the same.
        Assert.InRange(deviation / mean, 0.9, 1.1);
    }

    [Fact]
    public void They_come_in_order_and_before_the_end() => Properties.Hold(
        Gen.Choose(1, 1_000_000),
        seed =>
        {
            var at = new ArrivalSchedule(perSecond: 20, badShare: 0.1, seed).Until(TimeSpan.FromSeconds(5)).Select(arrival => arrival.At).ToList();
            return at.SequenceEqual(at.Order()) && at.All(moment => moment >= TimeSpan.Zero && moment < TimeSpan.FromSeconds(5));
        });

    [Fact]
    public void The_same_seed_gives_the_same_arrivals_and_another_gives_others()
    {
        Assert.Equal(new ArrivalSchedule(20, 0.3, seed: 1).Until(End), new ArrivalSchedule(20, 0.3, seed: 1).Until(End));
        Assert.NotEqual(new ArrivalSchedule(20, 0.3, seed: 1).Until(End), new ArrivalSchedule(20, 0.3, seed: 2).Until(End));
    }

    [Fact]
    public void Every_bad_kind_comes_and_no_slow_one() => Assert.Equal(
        [VisitKind.TooLong, VisitKind.TooLongChunked, VisitKind.Leave, VisitKind.Garbage],
        new ArrivalSchedule(20, badShare: 1, seed: 3).Until(End).Select(arrival => arrival.Kind).Distinct().Order());
}
