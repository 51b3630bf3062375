using Headroom.Uploads.Writing;

namespace Headroom.Uploads.Tests.Writing;

public sealed class TurnsTests
{
    private static readonly Guid Upload = new("01234567-89ab-cdef-0123-456789abcdef");

    [Fact]
    public async Task Who_comes_later_interrupts_and_waits()
    {
        var turns = new Turns();
        var first = await turns.TakeAsync(Upload, 1, CancellationToken.None);

        var second = turns.TakeAsync(Upload, 1, CancellationToken.None);

        await Task.Delay(Timeout.Infinite, first.Interrupted).ContinueWith(_ => { });
        Assert.False(second.IsCompleted);
        first.Dispose();
        Assert.False((await second).Interrupted.IsCancellationRequested);
    }

    [Fact]
    public async Task Parts_and_uploads_do_not_wait_for_each_other()
    {
        var turns = new Turns();
        using var one = await turns.TakeAsync(Upload, 1, CancellationToken.None);
        using var two = await turns.TakeAsync(Upload, 2, CancellationToken.None);
        using var other = await turns.TakeAsync(Guid.NewGuid(), 1, CancellationToken.None);

        Assert.False(one.Interrupted.IsCancellationRequested);
    }

    [Fact]
    public async Task Who_waits_can_give_up()
    {
        var turns = new Turns();
        using var held = await turns.TakeAsync(Upload, 1, CancellationToken.None);
        using var patience = new CancellationTokenSource();

        var waiting = turns.TakeAsync(Upload, 1, patience.Token);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Only_one_at_a_time_has_a_turn()
    {
        var turns = new Turns();
        var inside = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            using var turn = await turns.TakeAsync(Upload, 1, CancellationToken.None);
            Assert.Equal(1, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        })));

        Assert.Equal(0, inside);
    }
}
