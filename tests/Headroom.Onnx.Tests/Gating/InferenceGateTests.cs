using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Onnx.Tests.Gating;

public sealed class InferenceGateTests
{
    [Fact]
    public void As_many_as_the_capacity_enter_at_once_and_the_rest_wait()
    {
        var gate = new InferenceGate(2);
        Assert.True(gate.EnterAsync().AsTask().IsCompletedSuccessfully);
        Assert.True(gate.EnterAsync().AsTask().IsCompletedSuccessfully);
        Assert.False(gate.EnterAsync().AsTask().IsCompleted);
        Assert.Equal((2, 2, 1), (gate.Capacity, gate.Running, gate.Waiting));
    }

    [Fact]
    public void The_default_capacity_is_the_number_of_processors() =>
        Assert.Equal(Environment.ProcessorCount, new InferenceGate().Capacity);

    [Fact]
    public void A_capacity_of_nothing_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new InferenceGate(0));

    [Fact]
    public async Task Waiters_enter_in_the_order_in_which_they_came()
    {
        var gate = new InferenceGate(1);
        var inside = await gate.EnterAsync();
        var waiters = Enumerable.Range(0, 5).Select(_ => gate.EnterAsync().AsTask()).ToList();
        while (waiters.Count > 0)
        {
            inside.Dispose();
            inside = await waiters[0];
            waiters.RemoveAt(0);
            Assert.All(waiters, w => Assert.False(w.IsCompleted));
        }
    }

    [Fact]
    public async Task An_entry_leaves_once_however_often_it_and_its_copies_are_disposed()
    {
        var gate = new InferenceGate(2);
        var first = await gate.EnterAsync();
        var copy = first;
        first.Dispose();
        var second = await gate.EnterAsync();
        var third = await gate.EnterAsync();
        first.Dispose();
        copy.Dispose();
        Assert.Equal(2, gate.Running);
        second.Dispose();
        third.Dispose();
        third.Dispose();
        Assert.Equal(0, gate.Running);
        default(InferenceEntry).Dispose();
    }

    [Fact]
    public async Task A_lowered_limit_holds_new_entries_back_and_a_raised_one_lets_them_in_at_once()
    {
        var gate = new InferenceGate(3);
        var inside = new[] { await gate.EnterAsync(), await gate.EnterAsync(), await gate.EnterAsync() };
        gate.Limit = 1;
        var waiters = new[] { gate.EnterAsync().AsTask(), gate.EnterAsync().AsTask() };
        inside[0].Dispose();
        inside[1].Dispose();
        Assert.Equal((1, 2), (gate.Running, gate.Waiting));
        inside[2].Dispose();
        (await waiters[0]).Dispose();
        var second = await waiters[1];
        var third = gate.EnterAsync().AsTask();
        Assert.False(third.IsCompleted);
        gate.Limit = 2;
        (await third).Dispose();
        second.Dispose();
        Assert.Equal((0, 0), (gate.Running, gate.Waiting));
        Assert.NotNull(gate.IdleFor);
    }

    [Fact]
    public async Task It_is_busy_from_the_first_run_until_a_moment_after_the_last()
    {
        var time = new FakeTimeProvider();
        var gate = new InferenceGate(1, time);
        Assert.False(gate.IsBusy);
        var inside = await gate.EnterAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(gate.IsBusy);
        inside.Dispose();
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.True(gate.IsBusy);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(gate.IsBusy);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_limit_outside_of_the_capacity_is_refused(int limit) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new InferenceGate(2).Limit = limit);

    [Fact]
    public async Task A_cancelled_waiter_leaves_the_queue_and_does_not_take_a_place()
    {
        var gate = new InferenceGate(1);
        var inside = await gate.EnterAsync();
        using var source = new CancellationTokenSource();
        var impatient = gate.EnterAsync(source.Token).AsTask();
        var patient = gate.EnterAsync().AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal(1, gate.Waiting);
        inside.Dispose();
        (await patient).Dispose();
        Assert.Equal(0, gate.Running);
    }

    [Fact]
    public async Task A_token_cancelled_before_takes_no_place()
    {
        var gate = new InferenceGate(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gate.EnterAsync(new CancellationToken(canceled: true)).AsTask());
        Assert.Equal(0, gate.Running);
    }

    [Fact]
    public async Task Entering_a_free_gate_allocates_nothing()
    {
        var gate = new InferenceGate(2);
        for (var i = 0; i < 100; i++)
            (await gate.EnterAsync()).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            (await gate.EnterAsync()).Dispose();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Cancelling_while_places_are_handed_over_loses_none()
    {
        var gate = new InferenceGate(2);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                using var source = new CancellationTokenSource();
                var entering = gate.EnterAsync(source.Token);
                if (i % 2 == 0)
                    await source.CancelAsync();
                try
                {
                    (await entering).Dispose();
                }
                catch (OperationCanceledException)
                {
                    // Half of them give up; what counts is that nobody's place went with them.
                }
            }
        })));
        Assert.Equal((0, 0), (gate.Running, gate.Waiting));
    }

    [Fact]
    public void Whatever_happens_it_behaves_as_a_simple_queue_does() =>
        Prop.ForAll<PositiveInt, NonNegativeInt[]>((capacity, steps) =>
        {
            var gate = new InferenceGate(capacity.Get % 4 + 1);
            var model = new List<(Task<InferenceEntry> Task, CancellationTokenSource Source)>();
            foreach (var step in steps)
            {
                var inside = model.Take(gate.Capacity).ToList();
                var waiting = model.Skip(gate.Capacity).ToList();
                if (step.Get % 3 == 0)
                {
                    var source = new CancellationTokenSource();
                    model.Add((gate.EnterAsync(source.Token).AsTask(), source));
                }
                else if (step.Get % 3 == 1 && inside.Count > 0)
                {
                    var leaver = inside[step.Get % inside.Count];
                    leaver.Task.Result.Dispose();
                    model.Remove(leaver);
                }
                else if (step.Get % 3 == 2 && waiting.Count > 0)
                {
                    var quitter = waiting[step.Get % waiting.Count];
                    quitter.Source.Cancel();
                    model.Remove(quitter);
                }
                Assert.Equal((Math.Min(model.Count, gate.Capacity), Math.Max(0, model.Count - gate.Capacity)), (gate.Running, gate.Waiting));
            }
        }).QuickCheckThrowOnFailure();
}
