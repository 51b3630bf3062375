using Headroom.Budget;
using Headroom.Residents;

namespace Headroom.Tests.Residents;

public sealed class ModelSlotTests : ModelSlotFixture
{
    [Fact]
    public async Task A_model_is_loaded_at_the_first_use_and_kept()
    {
        Assert.Equal((ModelState.Unloaded, 0, 0L), (Slot.Status.State, Loader.Loads, Leased));

        using var first = await Slot.AcquireAsync();
        using var second = await Slot.AcquireAsync();

        Assert.Same(first.Model, second.Model);
        Assert.Equal((ModelState.Ready, 1, 60L), (Slot.Status.State, Loader.Loads, Leased));
        Assert.Equal((2, 60L, 7L), (Slot.Status.References, Slot.Status.Resident.Bytes, Slot.Status.Mapped.Bytes));
        Assert.Equal(("detector", "faces"), (Slot.Status.Name, Slot.Status.Role));
    }

    [Fact]
    public async Task Preloading_loads_without_a_user()
    {
        Loader.Hold();
        Slot.Preload();
        Slot.Preload();
        Assert.Equal(ModelState.Loading, Slot.Status.State);

        Loader.Finish();
        using var reference = await Slot.AcquireAsync();

        Assert.Equal((ModelState.Ready, 1), (Slot.Status.State, Loader.Loads));
        Slot.Preload();
        Assert.Equal(1, Loader.Loads);
    }

    [Fact]
    public async Task A_hundred_callers_share_one_load()
    {
        Loader.Hold();
        var callers = Enumerable.Range(0, 100).Select(_ => Slot.AcquireAsync().AsTask()).ToList();
        await Loader.Started;
        Assert.DoesNotContain(callers, caller => caller.IsCompleted);

        Loader.Finish();
        var references = await Task.WhenAll(callers);

        Assert.Equal((1, 100), (Loader.Loads, Slot.Status.References));
        Assert.Single(references.Select(r => r.Model).Distinct());
        Array.ForEach(references, r => r.Dispose());
        Assert.Equal((0, 0), (Slot.Status.References, references[0].Model.Disposals));
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_cancel_the_load_for_the_others()
    {
        Loader.Hold();
        using var cancellation = new CancellationTokenSource();
        var impatient = Slot.AcquireAsync(cancellation.Token).AsTask();
        var patient = Slot.AcquireAsync().AsTask();
        await Loader.Started;

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.False(Loader.Token.IsCancellationRequested);
        Loader.Finish();

        using var reference = await patient;
        Assert.Equal((1, 1), (Loader.Loads, Slot.Status.References));
    }

    [Fact]
    public async Task A_failure_is_remembered_and_tried_again_after_a_while()
    {
        Loader.Failure = new InvalidDataException("The file is damaged.");

        var first = await Unavailable();
        Assert.Equal(("detector", "The model 'detector' could not be loaded: The file is damaged."), (first.Model, first.Message));
        Assert.Equal((ModelState.Failed, "The file is damaged.", 0L), (Slot.Status.State, Slot.Status.Error, Leased));
        Loader.Failure = null;
        Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Same(first.InnerException, (await Unavailable()).InnerException);
        Assert.Equal(1, Loader.Loads);

        Clock.Advance(TimeSpan.FromSeconds(0.1));
        using var reference = await Slot.AcquireAsync();

        Assert.Equal((2, ModelState.Ready, null), (Loader.Loads, Slot.Status.State, Slot.Status.Error));
    }

    [Fact]
    public async Task Everyone_who_waits_hears_of_a_failure()
    {
        Loader.Hold();
        var callers = Enumerable.Range(0, 10).Select(_ => Slot.AcquireAsync().AsTask()).ToList();
        await Loader.Started;

        Loader.Fail(new InvalidDataException("The file is damaged."));

        foreach (var caller in callers)
            await Assert.ThrowsAsync<ModelUnavailableException>(() => caller);
        Assert.Equal(1, Loader.Loads);
    }

    [Fact]
    public async Task A_lease_that_is_refused_is_a_failure_to_load()
    {
        await using var large = MakeSlot(resident: 101);

        var problem = await Assert.ThrowsAsync<ModelUnavailableException>(async () => await large.AcquireAsync());

        Assert.Equal(LeaseRefusal.TooLarge, Assert.IsType<MemoryLeaseRefusedException>(problem.InnerException).Reason);
        Assert.Equal(0, Loader.Loads);
    }

    [Fact]
    public async Task The_lease_comes_before_the_load_and_waits_for_its_turn()
    {
        Assert.True(Pool.TryAcquire(50, out var other));
        var asked = Slot.AcquireAsync().AsTask();
        while (Pool.GetStatus().Waiting == 0)
            await Task.Delay(1);
        Assert.Equal((ModelState.Loading, 0), (Slot.Status.State, Loader.Loads));

        other.Dispose();

        using var reference = await asked;
        Assert.Equal(60, Leased);
    }

    [Fact]
    public async Task The_load_time_is_measured()
    {
        Loader.Hold();
        var asked = Slot.AcquireAsync().AsTask();
        await Loader.Started;
        Clock.Advance(TimeSpan.FromSeconds(3));
        Loader.Finish();

        using var reference = await asked;
        Assert.Equal(TimeSpan.FromSeconds(3), Slot.Status.LoadTime);
    }

    private Task<ModelUnavailableException> Unavailable() =>
        Assert.ThrowsAsync<ModelUnavailableException>(async () => await Slot.AcquireAsync());
}
