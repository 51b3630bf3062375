using Headroom.Residents;

namespace Headroom.Tests.Residents;

public sealed class ModelSlotUnloadTests : ModelSlotFixture
{
    [Fact]
    public async Task Unloading_frees_the_model_and_gives_the_lease_back()
    {
        var reference = await Slot.AcquireAsync();
        reference.Dispose();

        Assert.True(Slot.Unload());
        Assert.False(Slot.Unload());

        Assert.Equal((1, 0L, ModelState.Unloaded), (reference.Model.Disposals, Leased, Slot.Status.State));
    }

    [Fact]
    public async Task Unloading_while_in_use_frees_after_the_last_user()
    {
        var first = await Slot.AcquireAsync();
        var second = await Slot.AcquireAsync();

        Assert.True(Slot.Unload());
        Assert.Equal((ModelState.Unloaded, 60L), (Slot.Status.State, Leased));
        first.Dispose();
        Assert.Equal(0, first.Model.Disposals);
        second.Dispose();

        Assert.Equal((1, 0L), (first.Model.Disposals, Leased));
    }

    [Fact]
    public async Task A_use_after_unloading_loads_again()
    {
        var old = await Slot.AcquireAsync();
        old.Dispose();
        Slot.Unload();

        using var reference = await Slot.AcquireAsync();

        Assert.NotSame(old.Model, reference.Model);
        Assert.Equal((2, 0), (Loader.Loads, reference.Model.Disposals));
    }

    [Fact]
    public async Task Who_asks_before_the_last_user_has_let_go_gets_the_same_model_and_it_stays()
    {
        using var first = await Slot.AcquireAsync();
        var unload = Slot.UnloadAsync();

        // Another copy would wait for this one's lease, and this one's user may be who asks.
        var again = Slot.AcquireAsync();

        Assert.True(again.IsCompletedSuccessfully);
        using var second = await again;
        Assert.Same(first.Model, second.Model);
        Assert.Null(await unload);
        Assert.Equal((1, 60L, ModelState.Ready), (Loader.Loads, Leased, Slot.Status.State));
    }

    [Fact]
    public async Task A_model_that_stayed_can_be_unloaded_later()
    {
        var first = await Slot.AcquireAsync();
        Slot.Unload();
        var second = await Slot.AcquireAsync();
        first.Dispose();
        Assert.Equal((0, 60L), (second.Model.Disposals, Leased));
        second.Dispose();

        Assert.True(Slot.Unload());

        Assert.Equal((1, 0L, ModelState.Unloaded), (second.Model.Disposals, Leased, Slot.Status.State));
    }

    [Fact]
    public async Task Preloading_keeps_a_model_that_is_about_to_go()
    {
        var user = await Slot.AcquireAsync();
        Slot.Unload();

        Slot.Preload();
        user.Dispose();

        Assert.Equal((1, 60L, ModelState.Ready), (Loader.Loads, Leased, Slot.Status.State));
    }

    [Fact]
    public async Task Disposing_a_reference_twice_ends_one_use_only()
    {
        var first = await Slot.AcquireAsync();
        using var second = await Slot.AcquireAsync();

        first.Dispose();
        first.Dispose();
        Slot.Unload();

        Assert.Equal((0, 60L), (second.Model.Disposals, Leased));
    }

    [Fact]
    public async Task A_model_nobody_uses_is_unloaded_when_idle_long_enough()
    {
        await using var slot = MakeSlot(idle: TimeSpan.FromMinutes(10));
        var reference = await slot.AcquireAsync();
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ModelState.Ready, slot.Status.State);

        reference.Dispose();
        Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(ModelState.Ready, slot.Status.State);
        Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal((ModelState.Unloaded, 1, 0L), (slot.Status.State, reference.Model.Disposals, Leased));
    }

    [Fact]
    public async Task Every_use_starts_the_idle_time_anew()
    {
        await using var slot = MakeSlot(idle: TimeSpan.FromMinutes(10));
        for (var i = 0; i < 10; i++)
        {
            (await slot.AcquireAsync()).Dispose();
            Clock.Advance(TimeSpan.FromMinutes(9));
        }

        Assert.Equal(1, Loader.Loads);
        Assert.Equal(Clock.GetUtcNow() - TimeSpan.FromMinutes(9), slot.Status.LastUsed);
    }

    [Fact]
    public async Task A_preloaded_model_that_is_never_used_is_unloaded_too()
    {
        await using var slot = MakeSlot(idle: TimeSpan.FromMinutes(10));
        slot.Preload();
        while (slot.Status.State != ModelState.Ready)
            await Task.Delay(1);
        Assert.Null(slot.Status.LastUsed);

        Clock.Advance(TimeSpan.FromMinutes(15));

        Assert.Equal((ModelState.Unloaded, 0L), (slot.Status.State, Leased));
    }

    [Fact]
    public async Task A_model_preloaded_long_after_its_last_use_is_not_idle_yet()
    {
        await using var slot = MakeSlot(idle: TimeSpan.FromMinutes(10));
        (await slot.AcquireAsync()).Dispose();
        slot.Unload();
        Clock.Advance(TimeSpan.FromHours(1));
        slot.Preload();
        while (slot.Status.State != ModelState.Ready)
            await Task.Delay(1);

        Clock.Advance(TimeSpan.FromMinutes(9));

        Assert.Equal(ModelState.Ready, slot.Status.State);
    }

    [Fact]
    public async Task What_is_done_to_a_loaded_model_is_no_use_of_it()
    {
        await using var slot = MakeSlot(idle: TimeSpan.FromMinutes(10));
        slot.IfLoaded(_ => Assert.Fail("It is not loaded."));
        (await slot.AcquireAsync()).Dispose();
        var used = Clock.GetUtcNow();
        for (var i = 0; i < 15; i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(1));
            slot.IfLoaded(_ => { });
        }

        Assert.Equal((ModelState.Unloaded, used, 1), (slot.Status.State, slot.Status.LastUsed, Loader.Loads));
    }

    [Fact]
    public async Task A_model_is_not_freed_while_something_is_done_to_it()
    {
        (await Slot.AcquireAsync()).Dispose();

        Slot.IfLoaded(model =>
        {
            Slot.Unload();
            Assert.Equal((0, 60L), (model.Disposals, Leased));
        });

        Assert.Equal((1, 0L), (Loader.Last!.Disposals, Leased));
        (await Slot.AcquireAsync()).Dispose();
        Assert.Throws<InvalidDataException>(() => Slot.IfLoaded(_ => throw new InvalidDataException()));
        Assert.Equal(0, Slot.Status.References);
    }

    [Fact]
    public async Task Disposal_during_a_load_cancels_it_and_leaves_nothing_behind()
    {
        Loader.Hold();
        var asked = Slot.AcquireAsync().AsTask();
        await Loader.Started;

        await Slot.DisposeAsync();

        await Assert.ThrowsAsync<ModelUnavailableException>(() => asked);
        Assert.Equal(0, Leased);
    }

    [Fact]
    public async Task Disposal_during_a_load_that_does_not_listen_frees_what_it_loaded()
    {
        Loader.Hold(listen: false);
        var asked = Slot.AcquireAsync().AsTask();
        await Loader.Started;

        var disposal = Slot.DisposeAsync().AsTask();
        Assert.False(disposal.IsCompleted);
        Loader.Finish();
        await disposal;

        await Assert.ThrowsAsync<ObjectDisposedException>(() => asked);
        Assert.Equal((1, 0L), (Loader.Last!.Disposals, Leased));
    }

    [Fact]
    public async Task Disposal_while_waiting_for_the_lease_leaves_the_line()
    {
        Assert.True(Pool.TryAcquire(50, out _));
        Slot.Preload();
        while (Pool.GetStatus().Waiting == 0)
            await Task.Delay(1);

        await Slot.DisposeAsync();

        Assert.Equal((0, 50L), (Pool.GetStatus().Waiting, Leased));
    }

    [Fact]
    public async Task A_disposedSlot_serves_nobody_but_those_who_still_use_it()
    {
        var reference = await Slot.AcquireAsync();

        await Slot.DisposeAsync();
        await Slot.DisposeAsync();

        Assert.Equal(0, reference.Model.Disposals);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Slot.AcquireAsync());
        Assert.Throws<ObjectDisposedException>(Slot.Preload);
        reference.Dispose();
        Assert.Equal((1, 0L), (reference.Model.Disposals, Leased));
    }

    [Fact]
    public async Task A_model_that_fails_to_free_itself_gives_its_lease_back_all_the_same()
    {
        var reference = await Slot.AcquireAsync();
        reference.Model.FailsToDispose = true;
        Slot.Unload();

        Assert.Throws<InvalidOperationException>(reference.Dispose);

        Assert.Equal(0, Leased);
    }
}
