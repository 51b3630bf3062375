using Headroom.Pressure;
using Headroom.Reclaiming;
using Headroom.Tests.Reclaiming;

namespace Headroom.Tests.Governing;

public sealed class MemoryGovernorTests : GovernorFixture
{
    [Fact]
    public void Mapped_files_that_fill_the_cgroup_are_no_pressure()
    {
        Use(100, mapped: 412);

        Assert.Equal((PressureLevel.None, 1.0, false), (Governor.Level, Governor.Scale, Budget.Paused));
        Assert.Equal(0, Governor.Unexplained.Bytes);
    }

    [Fact]
    public void The_budget_is_paused_at_85_percent_and_goes_on_below_80()
    {
        using var running = Lease(300);
        Use(435);
        Assert.False(Budget.Paused);
        Use(436);
        Assert.True(Budget.Paused);
        Use(410);
        Assert.True(Budget.Paused);
        Use(409);
        Assert.Equal((false, PressureLevel.Moderate), (Budget.Paused, Governor.Level));
    }

    [Fact]
    public async Task Who_waited_while_paused_is_served_when_memory_has_come_back()
    {
        using var running = Lease(1);
        Use(450);
        var waiting = Pool.AcquireAsync(1).AsTask();
        Assert.Equal(1, Pool.GetStatus().Waiting);

        Use(100);

        using var lease = await waiting;
    }

    [Fact]
    public void It_looks_once_a_second_while_calm_and_forty_times_at_the_limit()
    {
        Clock.Advance(TimeSpan.FromHours(1));
        Use(200);
        Assert.Equal(TimeSpan.FromSeconds(1), Governor.Interval);
        Clock.Advance(TimeSpan.FromHours(1));
        Use(500);
        Assert.Equal(TimeSpan.FromMilliseconds(25), Governor.Interval);
    }

    [Fact]
    public void A_lowered_limit_is_noticed_within_a_second_and_told()
    {
        var told = new List<(ByteSize Old, ByteSize New)>();
        Governor.LimitChanged = (old, now) => told.Add((old.Size, now.Size));
        Use(250);
        SetLimit(256);
        Wait(0.9);
        Assert.Equal((512.0, PressureLevel.None), (Governor.Limit.Size.Megabytes, Governor.Level));

        Wait(0.1);

        Assert.Equal((256.0, PressureLevel.Critical, true), (Governor.Limit.Size.Megabytes, Governor.Level, Budget.Paused));
        SetLimit(1024);
        Wait(1);
        Wait(1);
        Assert.Equal((1024.0, PressureLevel.None, false), (Governor.Limit.Size.Megabytes, Governor.Level, Budget.Paused));
        Assert.Equal([(ByteSize.FromMegabytes(512), ByteSize.FromMegabytes(256)), (ByteSize.FromMegabytes(256), ByteSize.FromMegabytes(1024))], told);
    }

    [Fact]
    public void What_neither_plan_nor_leases_explain_is_charged_to_the_budget_for_as_long_as_it_is_there()
    {
        using (Lease(50))
        {
            Use(150);
            Use(150);
            Assert.Equal(0, Budget.Unexplained.Bytes);
            Use(190);
            Use(190);
            Assert.Equal(40, Budget.Unexplained.Megabytes);
            Assert.False(Pool.TryAcquire(220 * Mega, out _));
        }
        Use(105);
        Assert.Equal(5, Budget.Unexplained.Megabytes);
        Use(100);
        Assert.Equal(0, Budget.Unexplained.Bytes);
    }

    [Fact]
    public void At_critical_pressure_the_largest_work_is_cancelled_one_a_second_once_nobody_can_give_memory_back()
    {
        using var small = Lease(10);
        using var large = Lease(20);
        using var cancelSmall = new CancellationTokenSource();
        using var cancelLarge = new CancellationTokenSource();
        small.Lease.AllowCancellation(cancelSmall);
        large.Lease.AllowCancellation(cancelLarge);
        var cancelled = new List<ByteSize>();
        Governor.WorkCancelled = work => cancelled.Add(work.Bytes);
        Governor.Ladder.Add(new FakeReclaimer("buffers", ReclaimRung.TrimBuffers));

        Use(500);
        Assert.Empty(cancelled);
        Wait(0.025);
        Assert.Empty(cancelled);
        Wait(0.025);
        Assert.Equal([ByteSize.FromMegabytes(20)], cancelled);
        Assert.True(cancelLarge.IsCancellationRequested);
        Wait(0.9);
        Assert.Single(cancelled);
        Wait(0.1);
        Assert.Equal([ByteSize.FromMegabytes(20), ByteSize.FromMegabytes(10)], cancelled);
    }

    [Fact]
    public void Below_critical_pressure_nothing_is_cancelled()
    {
        using var lease = Lease(10);
        using var work = new CancellationTokenSource();
        lease.Lease.AllowCancellation(work);

        for (var i = 0; i < 100; i++)
        {
            Use(480);
            Wait(0.1);
        }

        Assert.False(work.IsCancellationRequested);
    }

    [Fact]
    public void Memory_that_never_comes_back_slows_the_service_down_and_does_not_stop_it()
    {
        for (var i = 0; i < 50; i++)
        {
            Use(445);
            Wait(0.025);
            Assert.True(Pool.TryAcquire(10 * Mega, out var lease), "One at a time goes on.");
            Assert.False(Pool.TryAcquire(1 * Mega, out _), "Not two.");
            lease.Dispose();
        }
    }

    [Fact]
    public void Work_that_would_take_what_the_kernel_needs_for_code_is_held_back_until_something_comes_back()
    {
        Use(465);
        Assert.False(Pool.TryAcquire(7 * Mega, out _));

        Use(440);

        Assert.True(Pool.TryAcquire(20 * Mega, out _));
    }

    [Fact]
    public void Memory_that_nobody_explains_holds_work_back_for_a_minute_after_the_pressure_it_brought()
    {
        using var running = Lease(40);
        Use(440);
        Use(390);
        Assert.Equal((true, PressureLevel.Moderate), (Budget.Paused, Governor.Level));
        Wait(59);
        Assert.True(Budget.Paused);

        Wait(1);

        Assert.False(Budget.Paused);
    }

    [Fact]
    public void Where_code_is_starved_of_memory_work_is_cancelled_and_then_kept_further_away()
    {
        using var running = Lease(40);
        using var work = new CancellationTokenSource();
        running.Lease.AllowCancellation(work);
        Use(440, refaults: 0);
        for (var i = 1; i <= 3; i++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            Use(440, refaults: 100_000 * i);
        }

        Assert.True(work.IsCancellationRequested);
        running.Dispose();
        Clock.Advance(TimeSpan.FromSeconds(1));
        Use(400, refaults: 300_000);
        Assert.True(Budget.RoomWhilePaused < ByteSize.FromMegabytes(20), $"{Budget.RoomWhilePaused}");
    }

    [Fact]
    public void A_reclaimer_is_waited_for_50_ms_even_while_the_pace_is_slower()
    {
        Governor.Ladder.Add(new FakeReclaimer("buffers", ReclaimRung.TrimBuffers));
        Clock.Advance(TimeSpan.FromHours(1));

        Use(360);

        Assert.Equal(TimeSpan.FromMilliseconds(50), Governor.Interval);
        Wait(0.05);
        Assert.True(Governor.Interval > TimeSpan.FromMilliseconds(400));
    }

    [Fact]
    public void A_calm_sample_allocates_nothing()
    {
        Governor.Ladder.Add(new FakeReclaimer("buffers", ReclaimRung.TrimBuffers));
        for (var i = 0; i < 100; i++)
            Governor.Sample();
        // A collection that others cause takes what is left of this thread's allocation context, and counts it as allocated.
        var least = Enumerable.Range(0, 10).Min(_ => AllocatedBy(100));

        Assert.Equal(0, least);
        Assert.Equal(1101, Governor.Samples);
    }

    private long AllocatedBy(int samples)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < samples; i++)
            Governor.Sample();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
