using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using Headroom.Budget;

namespace Headroom.Benchmarks.Budget;

/// <summary>One caller takes and gives back while nobody else wants any.</summary>
public class UncontendedLeaseBenchmarks : IDisposable
{
    private readonly BudgetPool _pool = new MemoryBudget(ByteSize.FromMegabytes(100)).AddPool(
        new BudgetPoolOptions("pool", ByteSize.FromMegabytes(50)) { Guaranteed = ByteSize.FromMegabytes(1) });
    private readonly SemaphoreSlim _semaphore = new(16, 16);
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = 16, QueueLimit = 64 });

    [GlobalCleanup]
    public void Dispose()
    {
        _semaphore.Dispose();
        _limiter.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Description = "BudgetPool: acquire, dispose")]
    public async ValueTask BudgetPool()
    {
        using var lease = await _pool.AcquireAsync(4096);
    }

    [Benchmark(Description = "BudgetPool: try, dispose")]
    public bool BudgetPoolTry()
    {
        var taken = _pool.TryAcquire(4096, out var lease);
        lease.Dispose();
        return taken;
    }

    [Benchmark(Baseline = true, Description = "SemaphoreSlim: wait, release")]
    public async ValueTask Semaphore()
    {
        await _semaphore.WaitAsync();
        _semaphore.Release();
    }

    [Benchmark(Description = "ConcurrencyLimiter: acquire, dispose")]
    public async ValueTask ConcurrencyLimiter()
    {
        using var lease = await _limiter.AcquireAsync();
    }
}
