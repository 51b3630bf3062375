using Headroom.Budget;

namespace Headroom.Tests.Budget;

/// <summary>Grant, deadline and cancellation at the same moment: exactly one of them settles the request, and no byte is lost.</summary>
public sealed class LeaseRaceTests
{
    private const int Rounds = 3_000;

    private readonly FakeClock _clock = new();

    [Fact]
    public async Task Exactly_one_of_grant_deadline_and_cancellation_wins_and_no_byte_is_lost()
    {
        var pool = new MemoryBudget(new ByteSize(100), _clock).AddPool(new BudgetPoolOptions("pool", new ByteSize(100)) { MaxWait = TimeSpan.FromSeconds(1) });
        var random = new Random(20_261_121);
        var (granted, timedOut, cancelled) = (0, 0, 0);
        using var start = new Barrier(3);
        using var end = new Barrier(3);
        MemoryLease lease = default;
        CancellationTokenSource cancellation = new();
        var (returnsAfter, cancelsAfter) = (0, 0);
        var helpers = new[]
        {
            Racer(() => { Thread.SpinWait(returnsAfter); lease.Dispose(); }),
            Racer(() => { Thread.SpinWait(cancelsAfter); cancellation.Cancel(); }),
        };

        for (var round = 0; round < Rounds; round++)
        {
            using var current = cancellation = new CancellationTokenSource();
            Assert.True(pool.TryAcquire(100, out lease));
            var asked = pool.AcquireAsync(60, current.Token).AsTask();
            (returnsAfter, cancelsAfter) = (random.Next(300), random.Next(300));
            start.SignalAndWait();
            Thread.SpinWait(random.Next(300));
            _clock.Advance(TimeSpan.FromSeconds(1));
            end.SignalAndWait();

            try
            {
                using var served = await asked;
                Assert.Equal(60, served.Bytes);
                granted++;
            }
            catch (MemoryLeaseRefusedException)
            {
                timedOut++;
            }
            catch (OperationCanceledException cancel)
            {
                Assert.Equal(current.Token, cancel.CancellationToken);
                cancelled++;
            }
            var status = pool.GetStatus();
            Assert.Equal((0, 0), (status.Leased.Bytes, status.Waiting));
        }

        await Task.WhenAll(helpers);
        Assert.Equal((Rounds, timedOut, Rounds + granted), (granted + timedOut + cancelled, (int)pool.GetStatus().Refused, (int)pool.GetStatus().Granted));
        TestContext.Current.TestOutputHelper?.WriteLine($"{granted} granted, {timedOut} timed out, {cancelled} cancelled");

        Task Racer(Action action) => Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < Rounds; round++)
                {
                    start.SignalAndWait();
                    action();
                    end.SignalAndWait();
                }
            },
            TaskCreationOptions.LongRunning);
    }

    [Fact]
    public async Task A_token_cancelled_while_it_is_handed_over_leaves_nobody_in_line()
    {
        var pool = new MemoryBudget(new ByteSize(100), _clock).AddPool(new BudgetPoolOptions("pool", new ByteSize(100)));
        Assert.True(pool.TryAcquire(100, out var all));

        for (var round = 0; round < Rounds; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var cancelling = Task.Run(cancellation.Cancel);
            var problem = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pool.AcquireAsync(1, cancellation.Token));
            Assert.Equal(cancellation.Token, problem.CancellationToken);
            await cancelling;
        }

        Assert.Equal(0, pool.GetStatus().Waiting);
        all.Dispose();
    }
}
