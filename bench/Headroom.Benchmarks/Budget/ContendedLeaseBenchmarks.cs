using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using Headroom.Budget;

namespace Headroom.Benchmarks.Budget;

/// <summary>
/// 64 tasks take turns where four fit at once; each goes through the scheduler while it holds its turn. The pool also
/// gives every one that waits a deadline; the others don't.
/// </summary>
public class ContendedLeaseBenchmarks : IDisposable
{
    private const int Tasks = 64;
    private const int Turns = 100;
    private const int AtOnce = 4;

    private readonly BudgetPool _pool = new MemoryBudget(new ByteSize(AtOnce * 4096)).AddPool(new BudgetPoolOptions("pool", new ByteSize(AtOnce * 4096)));
    private readonly SemaphoreSlim _semaphore = new(AtOnce, AtOnce);
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Tasks });

    [GlobalCleanup]
    public void Dispose()
    {
        _semaphore.Dispose();
        _limiter.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Tasks * Turns, Description = "BudgetPool: acquire, dispose")]
    public Task BudgetPool() => TakeTurns(async () =>
    {
        using var lease = await _pool.AcquireAsync(4096);
        await Task.Yield();
    });

    [Benchmark(Baseline = true, OperationsPerInvoke = Tasks * Turns, Description = "SemaphoreSlim: wait, release")]
    public Task Semaphore() => TakeTurns(async () =>
    {
        await _semaphore.WaitAsync();
        await Task.Yield();
        _semaphore.Release();
    });

    [Benchmark(OperationsPerInvoke = Tasks * Turns, Description = "ConcurrencyLimiter: acquire, dispose")]
    public Task ConcurrencyLimiter() => TakeTurns(async () =>
    {
        using var lease = await _limiter.AcquireAsync();
        await Task.Yield();
    });

    private static Task TakeTurns(Func<Task> turn) => Task.WhenAll(Enumerable.Range(0, Tasks).Select(_ => Task.Run(async () =>
    {
        for (var i = 0; i < Turns; i++)
            await turn();
    })));
}
