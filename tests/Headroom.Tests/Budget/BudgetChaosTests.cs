using System.Globalization;
using Headroom.Budget;

namespace Headroom.Tests.Budget;

/// <summary>One lease in twenty is refused at random while everything about the budget changes: every failure is clean and nothing leaks.</summary>
public sealed class BudgetChaosTests
{
    private const int Workers = 8;
    private const int Rounds = 4;
    private const int Iterations = 3_000;

    private static readonly int Length = int.TryParse(Environment.GetEnvironmentVariable("HEADROOM_SOAK"), CultureInfo.InvariantCulture, out var times)
        ? times
        : 1;

    private readonly MemoryBudget _budget;
    private readonly BudgetPool[] _pools;
    private int _asked;

    public BudgetChaosTests()
    {
        _budget = new MemoryBudget(new ByteSize(1000)) { Fault = _ => Interlocked.Increment(ref _asked) * 2_654_435_761L % 20 == 0 };
        _pools = [Add("a", 1000, 0, WorkPriority.Low), Add("b", 600, 200, WorkPriority.Normal), Add("c", 300, 100, WorkPriority.High)];

        BudgetPool Add(string name, long cap, long guaranteed, WorkPriority priority) =>
            _budget.AddPool(new BudgetPoolOptions(name, new ByteSize(cap))
            {
                Guaranteed = new ByteSize(guaranteed),
                Priority = priority,
                MaxWait = TimeSpan.FromSeconds(10),
            });
    }

    [Fact]
    public async Task Whatever_fails_nothing_leaks_and_nobody_waits_for_ever()
    {
        for (var round = 0; round < Rounds * Length; round++)
        {
            using var stop = new CancellationTokenSource();
            var governor = Task.Run(() => Govern(new Random(round), stop.Token));
            await Task.WhenAll(Enumerable.Range(round * Workers, Workers).Select(seed => Task.Run(() => WorkAsync(new Random(seed)))));
            await stop.CancelAsync();
            await governor;

            Assert.Equal(ByteSize.Zero, _budget.Leased);
            Assert.Null(_budget.CancelLargest());
            Assert.All(_pools, pool => Assert.Equal((0, 0), (pool.GetStatus().Waiting, pool.GetStatus().WaitingBytes.Bytes)));
        }
        Assert.All(
            _pools,
            pool => Assert.True(pool.GetStatus() is { Cancelled: > 0, Refused: > 0, Granted: > 0 }, $"All of it should have happened in {pool.GetStatus()}."));
    }

    private void Govern(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            _budget.Resize(new ByteSize(random.Next(300, 1200)));
            _budget.Unexplained = new ByteSize(random.Next(2) == 0 ? 0 : random.Next(500));
            _budget.Paused = random.Next(4) == 0;
            _budget.CancelLargest();
            Thread.Yield();
        }
        _budget.Resize(new ByteSize(1000));
        _budget.Unexplained = ByteSize.Zero;
        _budget.Paused = false;
    }

    private async Task WorkAsync(Random random)
    {
        for (var i = 0; i < Iterations; i++)
        {
            using var work = new CancellationTokenSource();
            try
            {
                using var lease = await Pool(random).AcquireAsync(random.Next(1, 150), work.Token);
                lease.AllowCancellation(work);
                lease.TryGrow(random.Next(1, 20));
                using var part = await _pools[0].AcquireAsync(
                    new LeaseRequest(random.Next(1, 50)) { PartOf = lease, MaxWait = TimeSpan.FromMilliseconds(random.Next(20)) }, work.Token);
                await Task.Yield();
                if (work.IsCancellationRequested)
                    Assert.True(lease.WasCancelled && part.WasCancelled);
            }
            catch (MemoryLeaseRefusedException)
            {
                // Full, too large for the moment, or the fault: the caller's business.
            }
            catch (OperationCanceledException) when (work.IsCancellationRequested)
            {
                // Cancelled as the largest.
            }
        }
    }

    private BudgetPool Pool(Random random) => _pools[random.Next(_pools.Length)];
}
