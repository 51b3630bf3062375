using Headroom.Residents;
using Headroom.Tests.Governing;

namespace Headroom.Tests.Residents;

/// <summary>Models under a governor, in a made-up cgroup.</summary>
public sealed class ModelSlotReturnTests : GovernorFixture
{
    private const double Loads = 30;
    private double _frees = 30;

    [Fact]
    public async Task An_unload_says_how_much_came_back()
    {
        var slot = await LoadAsync("detector", lease: 40);

        var unload = slot.UnloadAsync();
        Wait(0.1);

        var result = Assert.NotNull(await unload);
        Assert.Equal((30.0, 30.0, 0.0, false), (result.Expected.Megabytes, result.Returned.Megabytes, result.Missing.Megabytes, result.Failed));
        Assert.Equal((0, ModelState.Unloaded, 0L), (Governor.Unexplained.Bytes, slot.Status.State, slot.Status.UnloadFailures));
        Assert.Null(await slot.UnloadAsync());
    }

    [Fact]
    public async Task Memory_that_an_unload_did_not_bring_is_unexplained_until_it_comes_back()
    {
        _frees = 5;
        var slot = await LoadAsync("detector", lease: 30);

        var unload = slot.UnloadAsync();
        Wait(0.1);

        var result = Assert.NotNull(await unload);
        Assert.Equal((5.0, 25.0, true), (result.Returned.Megabytes, result.Missing.Megabytes, result.Failed));
        Assert.Equal((1, 25.0), (slot.Status.UnloadFailures, Budget.Unexplained.Megabytes));
        // A pool with nothing leased would get it all the same, to go on slowly.
        using var other = Lease(1);
        Assert.False(Pool.TryAcquire(280 * Mega, out _));

        // A later trim.
        Set(Used - 25);
        Wait(1);
        Assert.Equal(0, Budget.Unexplained.Bytes);
        Assert.True(Pool.TryAcquire(280 * Mega, out _));
    }

    [Fact]
    public async Task An_unload_waits_for_the_last_user()
    {
        var slot = await LoadAsync("detector", lease: 30);
        var user = await slot.AcquireAsync();

        var unload = slot.UnloadAsync();
        Wait(10);
        Assert.False(unload.IsCompleted);
        user.Dispose();
        Wait(0.1);

        Assert.Equal(30, (await unload)!.Value.Returned.Megabytes);
    }

    [Fact]
    public async Task Under_pressure_idle_times_are_shorter()
    {
        var slot = await LoadAsync("detector", lease: 30, idle: TimeSpan.FromMinutes(10));
        Use(512 * 0.775);
        Clock.Advance(TimeSpan.FromMinutes(4.9));
        Assert.Equal(ModelState.Ready, slot.Status.State);

        Clock.Advance(TimeSpan.FromMinutes(1.4));

        Assert.Equal(ModelState.Unloaded, slot.Status.State);
    }

    [Fact]
    public async Task At_high_pressure_models_nobody_uses_are_unloaded_the_least_recently_used_first()
    {
        var detector = await LoadAsync("detector", lease: 30);
        var embedder = await LoadAsync("embedder", lease: 30);
        var busy = await LoadAsync("busy", lease: 30);
        using var user = await busy.AcquireAsync();
        Clock.Advance(TimeSpan.FromSeconds(60));
        (await detector.AcquireAsync()).Dispose();
        Governor.Ladder.Add(new IdleModelUnload([detector, embedder, busy]));
        Clock.Advance(TimeSpan.FromSeconds(9));

        Use(470);
        Assert.Equal((ModelState.Ready, ModelState.Unloaded), (detector.Status.State, embedder.Status.State));
        Assert.Equal(440, Used);
        Wait(0.1);
        Wait(1);
        Assert.Equal(ModelState.Unloaded, detector.Status.State);
        Wait(10);
        Wait(10);

        Assert.Equal(ModelState.Ready, busy.Status.State);
        Assert.Equal(60, Governor.Ladder.Status[0].Returned.Megabytes);
    }

    [Fact]
    public async Task A_model_used_a_moment_ago_stays()
    {
        var detector = await LoadAsync("detector", lease: 30);
        Governor.Ladder.Add(new IdleModelUnload([detector]));
        (await detector.AcquireAsync()).Dispose();

        Use(470);
        Wait(9);
        Assert.Equal(ModelState.Ready, detector.Status.State);
        Wait(20);

        Assert.Equal(ModelState.Unloaded, detector.Status.State);
    }

    private async Task<ModelSlot<Memory>> LoadAsync(string name, double lease, TimeSpan? idle = null)
    {
        var slot = new ModelSlot<Memory>(
            new ModelSlotOptions(name, "faces", ByteSize.FromMegabytes(lease)) { IdleUnload = idle }, Pool, Load, timeProvider: Clock, governor: Governor);
        (await slot.AcquireAsync()).Dispose();
        Governor.Sample();
        return slot;

        Task<Memory> Load(CancellationToken cancellationToken)
        {
            Set(Used + Loads);
            return Task.FromResult(new Memory(() => Set(Used - _frees)));
        }
    }

    /// <summary>A model that takes memory from the made-up cgroup.</summary>
    private sealed class Memory(Action free) : IDisposable
    {
        public void Dispose() => free();
    }
}
