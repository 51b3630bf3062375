using System.Globalization;
using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class BudgetSoakTests
{
    private const int Workers = 8;
    private const int Rounds = 4;
    private const int Iterations = 8_000;

    /// <summary>How many times as long to go on as a usual run of the tests does: HEADROOM_SOAK=500 takes about an hour.</summary>
    private static readonly int Length = int.TryParse(Environment.GetEnvironmentVariable("HEADROOM_SOAK"), CultureInfo.InvariantCulture, out var times)
        ? times
        : 1;

    private readonly MemoryBudget _budget = new(new ByteSize(1000));
    private readonly BudgetPool[] _pools;
    private readonly long[] _held = new long[3];
    private long _heldOfAll;
    private long _granted;

    public BudgetSoakTests() =>
        _pools =
        [
            .. new[] { ("a", 1000L, 0L), ("b", 600, 200), ("c", 300, 100) }
                .Select(p => _budget.AddPool(new BudgetPoolOptions(p.Item1, new ByteSize(p.Item2)) { Guaranteed = new ByteSize(p.Item3) })),
        ];

    [Fact]
    public async Task Eight_workers_at_once_never_hold_more_than_allowed_and_leave_nothing_behind()
    {
        for (var round = 0; round < Rounds * Length; round++)
        {
            await Task.WhenAll(Enumerable.Range(round * Workers, Workers).Select(seed => Task.Run(() => WorkAsync(seed))));

            Assert.Equal(ByteSize.Zero, _budget.Leased);
            Assert.All(_held, held => Assert.Equal(0, held));
            Assert.All(_pools, pool => Assert.Equal((0, true), (pool.GetStatus().Waiting, pool.GetStatus().Peak <= pool.Cap)));
            Assert.Equal(_granted, _pools.Sum(p => p.GetStatus().Granted));
            // Every byte is there again: no guarantee is counted twice or lost.
            Assert.True(_pools[0].TryAcquire(700, out var lease));
            Assert.False(_pools[0].TryAcquire(1, out _));
            lease.Dispose();
            _granted++;
        }
    }

    private async Task WorkAsync(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Iterations; i++)
        {
            var at = random.Next(_pools.Length);
            var bytes = random.Next(10) == 0 ? random.Next(1, 300) : random.Next(1, 60);
            if (await AskAsync(_pools[at], bytes, random) is not { } lease)
                continue;
            Interlocked.Increment(ref _granted);
            Count(at, bytes);
            if (random.Next(4) == 0)
                await Task.Yield();
            var extra = random.Next(1, 20);
            if (random.Next(3) == 0 && lease.TryGrow(extra))
                Count(at, extra);
            Count(at, -lease.Bytes);
            lease.Dispose();
            if (random.Next(4) == 0)
                lease.Dispose();
        }
    }

    private static async Task<MemoryLease?> AskAsync(BudgetPool pool, int bytes, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                return pool.TryAcquire(bytes, out var lease) ? lease : null;
            case 1:
                using (var cancellation = new CancellationTokenSource())
                {
                    var asked = pool.AcquireAsync(bytes, cancellation.Token).AsTask();
                    await cancellation.CancelAsync();
                    try
                    {
                        return await asked;
                    }
                    catch (OperationCanceledException)
                    {
                        return null;
                    }
                }
            default:
                return await pool.AcquireAsync(bytes);
        }
    }

    /// <summary>Counts after the grant and before the return, so the count is never above the ledger's.</summary>
    private void Count(int at, long bytes)
    {
        var held = Interlocked.Add(ref _held[at], bytes);
        Assert.True(held <= _pools[at].Cap.Bytes, $"{held} bytes are held of pool {at}.");
        var all = Interlocked.Add(ref _heldOfAll, bytes);
        Assert.True(all <= 1000, $"{all} bytes are held of the budget's 1000.");
    }
}
