using Headroom.Pressure;
using Headroom.Reclaiming;
using Headroom.Tests.Governing;

namespace Headroom.Tests.Reclaiming;

public sealed class ReclaimLadderTests : GovernorFixture
{
    private readonly List<string> _ran = [];

    [Fact]
    public void Rungs_come_in_order_and_of_one_rung_the_cheapest_to_restore_first()
    {
        Add("models", ReclaimRung.UnloadIdleModels);
        Add("heap", ReclaimRung.CompactHeap);
        Add("slow cache", ReclaimRung.ShrinkCaches, restoreSeconds: 2);
        Add("quick cache", ReclaimRung.ShrinkCaches, restoreSeconds: 1);
        Add("buffers", ReclaimRung.TrimBuffers, restoreSeconds: 9);

        Press(460, seconds: 0.5);

        Assert.Equal(["buffers", "quick cache", "slow cache", "heap", "models"], _ran);
        Assert.Equal(_ran, Governor.Ladder.Status.Select(s => s.Name));
    }

    [Fact]
    public void At_moderate_pressure_only_buffers_and_caches_give_back()
    {
        Expected = 380 * Mega;
        Add("models", ReclaimRung.UnloadIdleModels);
        Add("heap", ReclaimRung.CompactHeap);
        Add("cache", ReclaimRung.ShrinkCaches);
        Add("buffers", ReclaimRung.TrimBuffers);

        Press(380, seconds: 5);

        Assert.Equal(["buffers", "cache"], _ran);
    }

    [Theory]
    [InlineData(371, new[] { "buffers" })]
    [InlineData(368, new[] { "buffers", "heap" })]
    public void At_moderate_pressure_the_heap_is_compacted_while_memory_is_unexplained(int explained, string[] ran)
    {
        Expected = explained * Mega;
        Add("models", ReclaimRung.UnloadIdleModels);
        Add("heap", ReclaimRung.CompactHeap, gives: 12);
        Add("buffers", ReclaimRung.TrimBuffers);

        Press(380, seconds: 5);

        Assert.Equal(ran, _ran);
        Assert.InRange(Governor.Unexplained.Bytes, 0, 10 * Mega);
    }

    [Fact]
    public void Without_pressure_nobody_runs()
    {
        var buffers = Add("buffers", ReclaimRung.TrimBuffers);

        Press(350, seconds: 60);

        Assert.Empty(buffers.Calls);
        Assert.Null(Status("buffers").LastRun);
    }

    [Fact]
    public void It_stops_as_soon_as_enough_has_come_back()
    {
        Add("buffers", ReclaimRung.TrimBuffers, gives: 10);
        Add("cache", ReclaimRung.ShrinkCaches, gives: 15);
        Add("heap", ReclaimRung.CompactHeap, gives: 90);
        var models = Add("models", ReclaimRung.UnloadIdleModels, gives: 90);

        Set(440);
        for (var i = 0; i < 20; i++)
            Wait(0.05);

        Assert.Equal(["buffers", "cache", "heap"], _ran);
        Assert.Empty(models.Calls);
        Assert.Equal(PressureLevel.None, Governor.Level);
    }

    [Fact]
    public void What_a_run_brought_is_measured()
    {
        Add("buffers", ReclaimRung.TrimBuffers, gives: 10);
        Add("cache", ReclaimRung.ShrinkCaches);

        Press(380, seconds: 0.2);

        Assert.Equal(
            (1, 0, 10.0, 10.0),
            (Status("buffers").Runs, Status("buffers").Ineffective, Status("buffers").Returned.Megabytes, Status("buffers").LastReturned.Megabytes));
        Assert.Equal((1, 1, 0.0), (Status("cache").Runs, Status("cache").Ineffective, Status("cache").Returned.Megabytes));
        Assert.NotNull(Status("cache").LastRun);
    }

    [Fact]
    public void A_run_without_effect_is_followed_by_rests_that_double_up_to_five_minutes()
    {
        Add("buffers", ReclaimRung.TrimBuffers);
        var started = Clock.GetUtcNow();
        var runs = new List<double>();

        Set(380);
        for (var i = 0; i < 4000; i++)
        {
            var before = _ran.Count;
            Wait(0.5);
            if (_ran.Count > before)
                runs.Add((Clock.GetUtcNow() - started).TotalSeconds);
        }

        double[] rests = [10, 20, 40, 80, 160, 300, 300, 300, 300];
        // The run, half a second until its effect is looked at, the rest.
        Assert.Equal(rests.Select(r => r + 0.5), runs.Skip(1).Zip(runs, (later, earlier) => later - earlier).Take(rests.Length));
    }

    [Fact]
    public void It_does_not_rest_when_memory_has_grown_since()
    {
        Add("buffers", ReclaimRung.TrimBuffers);
        Press(370, seconds: 2);
        Assert.Single(_ran);

        Press(379, seconds: 2);
        Assert.Single(_ran);
        Press(381, seconds: 2);

        Assert.Equal(2, _ran.Count);
    }

    [Fact]
    public void It_does_not_rest_once_the_work_that_had_the_memory_in_use_has_ended()
    {
        Add("buffers", ReclaimRung.TrimBuffers);
        using (Lease(40))
        {
            Press(440, seconds: 5);
            Assert.Single(_ran);
        }

        Press(440, seconds: 5);
        Assert.Equal(2, _ran.Count);

        Lease(10).Dispose();
        Press(440, seconds: 5);
        Assert.Equal(3, _ran.Count);
    }

    [Fact]
    public void One_that_takes_long_runs_a_twentieth_of_the_time_at_most_whatever_it_brings()
    {
        var heap = Add("heap", ReclaimRung.CompactHeap, gives: 5, takes: 0.5);

        Set(500);
        for (var i = 0; i < 1000; i++)
            Wait(0.1);

        Assert.InRange(heap.Calls.Count, 8, 10);
        Assert.Equal(0, Status("heap").Ineffective);
    }

    [Fact]
    public void One_that_fails_is_one_without_effect_and_the_next_has_its_turn()
    {
        Governor.Ladder.Add(new FakeReclaimer("buffers", ReclaimRung.TrimBuffers, 0, _ => throw new InvalidOperationException("The pool is gone.")));
        Add("cache", ReclaimRung.ShrinkCaches);

        Press(380, seconds: 0.5);

        Assert.Equal(["cache"], _ran);
        Assert.Equal((1, 1, "The pool is gone."), (Status("buffers").Runs, Status("buffers").Ineffective, Status("buffers").Error));
    }

    [Fact]
    public void Each_is_told_what_it_may_keep_and_when_the_pressure_has_passed()
    {
        var cache = Add("cache", ReclaimRung.ShrinkCaches);
        Press(512 * 0.775, seconds: 1);
        Assert.Equal([0.5], cache.Calls.Select(c => Math.Round(c, 3)));

        Press(512 * 0.66, seconds: 1);
        Assert.Single(cache.Calls);
        Press(512 * 0.5, seconds: 5);

        Assert.Equal([0.5, 1], cache.Calls.Select(c => Math.Round(c, 3)));
    }

    [Fact]
    public void Thrashing_means_fewer_at_once_then_a_model_less_and_never_a_pause()
    {
        var gate = Add("gate", ReclaimRung.LessParallel);
        var models = Add("models", ReclaimRung.UnloadIdleModels);
        var heap = Add("heap", ReclaimRung.CompactHeap);

        Thrash(seconds: 30);

        Assert.True(Governor.Thrashing.IsThrashing);
        Assert.Equal([0.5, 0.25, 0.125], gate.Calls);
        Assert.Equal([0.5, 0.5], models.Calls);
        Assert.Empty(heap.Calls);
        Assert.Equal(0, Status("gate").Ineffective);
        Assert.Equal((false, PressureLevel.None), (Budget.Paused, Governor.Level));

        Press(100, seconds: 30);
        Assert.False(Governor.Thrashing.IsThrashing);
        Assert.Equal(3, gate.Calls.Count);
        Press(100, seconds: 60);
        Assert.Equal([0.5, 0.25, 0.125, 1], gate.Calls);
        Assert.Equal([0.5, 0.5, 1], models.Calls);
    }

    [Fact]
    public void Two_of_one_name_are_refused()
    {
        Add("buffers", ReclaimRung.TrimBuffers);

        Assert.Contains("'buffers'", Assert.Throws<ArgumentException>(() => Add("buffers", ReclaimRung.ShrinkCaches)).Message, StringComparison.Ordinal);
    }

    private FakeReclaimer Add(string name, ReclaimRung rung, double restoreSeconds = 0, double gives = 0, double takes = 0)
    {
        var reclaimer = new FakeReclaimer(name, rung, restoreSeconds, scale =>
        {
            if (scale < 1)
                _ran.Add(name);
            Clock.Advance(TimeSpan.FromSeconds(takes));
            Set(Used - gives);
        });
        Governor.Ladder.Add(reclaimer);
        return reclaimer;
    }

    /// <summary>Samples every 50 ms; memory is at <paramref name="used"/> but for what reclaimers give back.</summary>
    private void Press(double used, double seconds)
    {
        Set(used);
        for (var elapsed = 0.0; elapsed < seconds - 0.01; elapsed += 0.05)
            Wait(0.05);
    }

    private void Thrash(int seconds)
    {
        for (var i = 0; i < seconds * 10; i++)
        {
            Set(100, mapped: 300, refaults: i * 1000);
            Wait(0.1);
        }
    }

    private ReclaimerStatus Status(string name) => Governor.Ladder.Status.Single(s => s.Name == name);
}
