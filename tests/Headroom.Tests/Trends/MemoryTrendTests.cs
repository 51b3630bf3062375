using FsCheck.Fluent;
using Headroom.Trends;

namespace Headroom.Tests.Trends;

public sealed class MemoryTrendTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public void Before_the_windows_are_full_everything_is_healthy()
    {
        var trend = new TrendFixture();
        Assert.Equal((TrendKind.Healthy, TimeSpan.Zero, null), (trend.Status.Kind, trend.Status.Window, trend.Status.TimeToLimit));
        Assert.Equal("Healthy: too early to tell more.", trend.Status.ToString());

        trend.Run(new SyntheticMemory(1).Leak(5), 150);
        Assert.Equal(TrendKind.Healthy, trend.Status.Kind);
    }

    [Fact]
    public void A_leak_under_bursts_of_work_is_recognised_within_three_minutes() =>
        Properties.Hold(
            from rate in Gen.Choose(20, 100)
            from start in Gen.Choose(180, 900)
            from every in Gen.Choose(4, 20)
            from seed in Gen.Choose(0, 1_000_000)
            select (Rate: rate / 100.0, start, every, seed),
            leak =>
            {
                var memory = new SyntheticMemory(leak.seed).Noise(1).WarmUp(80, 15).Bursts(40, leak.every).Leak(leak.Rate, leak.start);
                var trend = new TrendFixture().Run(memory, leak.start);
                Assert.NotEqual(TrendKind.Leak, trend.Status.Kind);
                return trend.Run(memory, leak.start + 180, s => s.Kind == TrendKind.Leak).Status.Kind == TrendKind.Leak;
            },
            cases: 100);

    [Fact]
    public void A_leak_from_the_start_is_recognised_within_three_minutes_of_it() =>
        Assert.Equal(TrendKind.Leak, new TrendFixture().Run(new SyntheticMemory(1).Noise(1).Leak(0.2), 180).Status.Kind);

    [Fact]
    public void A_leak_of_10_MB_an_hour_is_recognised_within_two_hours() =>
        Properties.Hold(
            Gen.Choose(0, 1_000_000),
            seed => new TrendFixture().Run(
                new SyntheticMemory(seed).Noise(1).WarmUp(80, 30).Bursts(40, 6).Leak(10 / 3600.0),
                7200,
                s => s.Kind == TrendKind.Leak).Status.Kind == TrendKind.Leak,
            cases: 12);

    [Fact]
    public void A_leak_comes_with_its_rate_its_floor_and_the_time_that_is_left()
    {
        var status = new TrendFixture().Run(new SyntheticMemory(7).Noise(1).Bursts(40, 4).Leak(0.5), 600).Status;

        Assert.Equal(TrendKind.Leak, status.Kind);
        Assert.InRange(status.BytesPerSecond, 0.45 * Megabyte, 0.55 * Megabyte);
        Assert.InRange(status.Floor.Megabytes, 390, 405);
        Assert.InRange(status.TimeToLimit!.Value.TotalSeconds, 190, 280);
        Assert.Equal(TimeSpan.FromSeconds(150), status.Window);
        Assert.Matches(
            @"^Leak: the floor grows by \d\d\.\d MB a minute over the last 150 seconds and reaches the limit in 2\d\d seconds\.$", status.ToString());
    }

    [Fact]
    public void A_leak_that_stops_is_over_a_quarter_of_an_hour_later()
    {
        var memory = new SyntheticMemory(3).Noise(1).Bursts(40, 8).Leak(0.4).Leak(-0.4, from: 600);
        var trend = new TrendFixture().Run(memory, 600);
        Assert.Equal(TrendKind.Leak, trend.Status.Kind);

        Assert.NotEqual(TrendKind.Leak, trend.Run(memory, 1500).Status.Kind);
    }

    [Fact]
    public void Healthy_services_are_not_called_leaking()
    {
        var (alarms, hours) = (0, 0.0);
        for (var seed = 0; seed < 240; seed++)
        {
            var leaks = 0;
            new TrendFixture().Run(Healthy(seed), 2400, s => s.Kind == TrendKind.Leak && leaks++ == 0);
            (alarms, hours) = (alarms + leaks, hours + 2400 / 3600.0);
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{alarms} services of 240 were called leaking at any time in {hours:0} hours; seeds 0 to 239.");
        Assert.InRange(alarms, 0, 2);
    }

    [Fact]
    public void Warming_up_is_not_a_leak() =>
        Properties.Hold(
            from size in Gen.Choose(20, 200)
            from seconds in Gen.Choose(2, 45)
            from first in Gen.Choose(0, 100)
            from second in Gen.Choose(0, 100)
            from seed in Gen.Choose(0, 1_000_000)
            select new SyntheticMemory(seed).Noise(1).WarmUp(size, seconds).Step(30, first).Step(60, second).Bursts(40, 6),
            memory => new TrendFixture().Run(memory, 1200, s => s.Kind == TrendKind.Leak).Status.Kind != TrendKind.Leak,
            cases: 150);

    [Fact]
    public void Pools_that_take_a_dozen_megabytes_in_their_first_minutes_are_not_a_leak() =>
        Properties.Hold(
            from size in Gen.Choose(8, 15)
            from start in Gen.Choose(0, 120)
            from seconds in Gen.Choose(60, 150)
            from seed in Gen.Choose(0, 1_000_000)
            let rate = size / (double)seconds
            select new SyntheticMemory(seed).Noise(1).WarmUp(80, 5).Bursts(40, 6).Leak(rate, start).Leak(-rate, start + seconds),
            memory => new TrendFixture().Run(memory, 1200, s => s.Kind == TrendKind.Leak).Status.Kind != TrendKind.Leak,
            cases: 100);

    [Fact]
    public void A_step_up_is_a_spike_at_first_then_bloat_and_in_the_end_the_usual()
    {
        var memory = new SyntheticMemory(5).Noise(1).Bursts(40, 8).Step(50, at: 1200);
        var trend = new TrendFixture().Run(memory, 1200);
        Assert.Equal(TrendKind.Healthy, trend.Status.Kind);

        Assert.Equal(TrendKind.Spike, trend.Run(memory, 1290).Status.Kind);
        Assert.StartsWith("Spike: the floor left its usual 9", trend.Status.ToString(), StringComparison.Ordinal);
        Assert.Equal(TrendKind.Bloat, trend.Run(memory, 1560).Status.Kind);
        Assert.InRange((trend.Status.Floor - trend.Status.Usual).Megabytes, 45, 60);
        Assert.Matches(@"^Bloat: the floor stepped up from 9\d\.\d MB to 1[45]\d\.\d MB and stays there\.$", trend.Status.ToString());
        Assert.Equal(TrendKind.Healthy, trend.Run(memory, 3 * 3600).Status.Kind);
    }

    [Fact]
    public void An_excursion_that_comes_back_is_a_spike_until_five_minutes_after()
    {
        var memory = new SyntheticMemory(5).Noise(1).Step(60, at: 600, until: 690);
        var trend = new TrendFixture().Run(memory, 720);

        Assert.Equal(TrendKind.Spike, trend.Status.Kind);
        Assert.Equal(TrendKind.Spike, trend.Run(memory, 900).Status.Kind);
        Assert.Equal(TrendKind.Healthy, trend.Run(memory, 1080).Status.Kind);
    }

    [Fact]
    public void Bursts_of_seconds_are_no_spike() =>
        Assert.Equal(
            TrendKind.Healthy, new TrendFixture().Run(new SyntheticMemory(5).Noise(1).Bursts(200, 15), 900, s => s.Kind != TrendKind.Healthy).Status.Kind);

    [Fact]
    public void Garbage_that_is_collected_rarely_is_no_leak_but_what_collections_leave_is()
    {
        // The heap grows by 60 MB in the ten minutes between two full collections, and half of them keep 3 MB.
        static long Garbage(int second) => second % 600 * Megabyte / 10;
        static long Kept(int second) => second / 600 / 2 * 3 * Megabyte;

        var healthy = new TrendFixture().Run(s => (100 * Megabyte + Garbage(s), Garbage(s)), 4 * 3600, s => s.Kind != TrendKind.Healthy);
        Assert.Equal(TrendKind.Healthy, healthy.Status.Kind);

        var leaking = new TrendFixture().Run(s => (100 * Megabyte + Garbage(s) + Kept(s), Garbage(s)), 9 * 3600, s => s.Kind == TrendKind.Leak);
        Assert.Equal(TrendKind.Leak, leaking.Status.Kind);
        Assert.InRange(leaking.Status.BytesPerSecond * 3600, 7 * Megabyte, 11 * Megabyte);
    }

    [Fact]
    public void Time_without_samples_is_left_out()
    {
        var memory = new SyntheticMemory(1).Noise(1);
        var trend = new TrendFixture().Run(memory, 600);
        trend.Sleep(TimeSpan.FromDays(400));

        trend.Run(memory, 900);
        Assert.Equal(TrendKind.Healthy, trend.Status.Kind);
        Assert.InRange(trend.Status.Floor.Megabytes, 90, 101);
    }

    [Fact]
    public void Samples_allocate_nothing()
    {
        var trend = new MemoryTrend(new RacingClock());
        Feed();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Feed();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Feed()
        {
            for (var i = 0; i < 20_000; i++)
                trend.Add(i % 7 * Megabyte);
            Assert.True(trend.Read(ByteSize.FromMegabytes(512)).Window > TimeSpan.Zero);
        }
    }

    /// <summary>Idle, busy by day and night, in rushes, warming up, stepping up, or with a heap that is collected every minute.</summary>
    private static SyntheticMemory Healthy(int seed)
    {
        var random = new Random(seed);
        var memory = new SyntheticMemory(seed).Noise(Between(0.2, 3)).WarmUp(Between(10, 150), Between(2, 30));
        return (seed % 6) switch
        {
            0 => memory,
            1 => memory.Bursts(40, Between(1, 20)),
            2 => memory.Rush(Between(10, 80)),
            3 => memory.Bursts(40, Between(2, 10)).Sawtooth(Between(5, 40), Between(5, 60)),
            4 => memory.Bursts(40, Between(2, 10)).Step(Between(10, 100), at: Between(300, 1800)),
            _ => memory.Rush(60, Between(200, 600), Between(700, 1300)).Rush(60, Between(1400, 1600), Between(1800, 2300)),
        };

        double Between(double low, double high) => low + (high - low) * random.NextDouble();
    }

    /// <summary>A second goes by each time that somebody looks.</summary>
    private sealed class RacingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now++;
    }
}
