using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using Headroom.Budget;

namespace Headroom.Benchmarks.Budget;

/// <summary>64 threads take turns where four fit at once, each blocked until it is its turn; every one yields while it holds it.</summary>
public class ThreadedLeaseBenchmarks : IDisposable
{
    private const int Threads = 64;
    private const int Turns = 200;
    private const int AtOnce = 4;

    private readonly BudgetPool _pool = new MemoryBudget(new ByteSize(AtOnce * 4096)).AddPool(new BudgetPoolOptions("pool", new ByteSize(AtOnce * 4096)));
    private readonly SemaphoreSlim _semaphore = new(AtOnce, AtOnce);
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Threads });

    [GlobalCleanup]
    public void Dispose()
    {
        _semaphore.Dispose();
        _limiter.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Threads * Turns, Description = "BudgetPool: acquire, dispose")]
    public void BudgetPool() => TakeTurns(() =>
    {
        using var lease = _pool.AcquireAsync(4096).AsTask().GetAwaiter().GetResult();
        Thread.Yield();
    });

    [Benchmark(Baseline = true, OperationsPerInvoke = Threads * Turns, Description = "SemaphoreSlim: wait, release")]
    public void Semaphore() => TakeTurns(() =>
    {
        _semaphore.Wait();
        Thread.Yield();
        _semaphore.Release();
    });

    [Benchmark(OperationsPerInvoke = Threads * Turns, Description = "ConcurrencyLimiter: acquire, dispose")]
    public void ConcurrencyLimiter() => TakeTurns(() =>
    {
        using var lease = _limiter.AcquireAsync().AsTask().GetAwaiter().GetResult();
        Thread.Yield();
    });

    private static void TakeTurns(Action turn)
    {
        var threads = new Thread[Threads];
        for (var i = 0; i < Threads; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (var taken = 0; taken < Turns; taken++)
                    turn();
            });
            threads[i].Start();
        }
        foreach (var thread in threads)
            thread.Join();
    }
}
