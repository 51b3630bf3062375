using System.Diagnostics;
using Headroom.Budget;

namespace Headroom.Tests.Budget;

/// <summary>What one step of a random run does.</summary>
public enum BudgetAction
{
    Acquire,
    TryAcquire,
    Grow,
    Shrink,
    Dispose,
    DisposeAgain,
    Cancel,
    Advance,
    TogglePause,
}

/// <summary>One step: the action, its pool, its amount and which of several leases or waiters it is about.</summary>
public sealed record BudgetStep(BudgetAction Action, int Pool, int Bytes, int Pick);

/// <summary>Drives a budget step by step beside a list of who holds what, and checks the ledger against it after every step.</summary>
internal sealed class BudgetMachine
{
    private const long Capacity = 1000;

    private readonly FakeClock _clock = new();
    private readonly MemoryBudget _budget;
    private readonly MemoryPool[] _pools;
    private readonly List<(MemoryPool Pool, MemoryLease Lease)> _held = [];
    private readonly List<MemoryLease> _returned = [];
    private readonly List<Waiter> _waiting = [];

    public BudgetMachine()
    {
        _budget = new MemoryBudget(new ByteSize(Capacity), _clock);
        _pools =
        [
            Add("wide", cap: 1000, guaranteed: 0),
            Add("half", cap: 600, guaranteed: 200),
            Add("small", cap: 300, guaranteed: 100),
        ];

        MemoryPool Add(string name, long cap, long guaranteed) =>
            _budget.AddPool(new MemoryPoolOptions(name, new ByteSize(cap)) { Guaranteed = new ByteSize(guaranteed), MaxWaiting = 12, MaxWait = TimeSpan.FromSeconds(30) });
    }

    public void Run(IEnumerable<BudgetStep> steps)
    {
        foreach (var step in steps)
        {
            Do(step);
            Settle();
            Check();
        }
        Drain();
    }

    private void Do(BudgetStep step)
    {
        var pool = _pools[step.Pool];
        switch (step.Action)
        {
            case BudgetAction.Acquire:
                var cancellation = new CancellationTokenSource();
                _waiting.Add(new Waiter(pool, step.Bytes, pool.AcquireAsync(step.Bytes, cancellation.Token).AsTask(), cancellation));
                break;
            case BudgetAction.TryAcquire when pool.TryAcquire(step.Bytes, out var lease):
                Require(lease.Bytes == step.Bytes, "A lease holds what was asked for.");
                _held.Add((pool, lease));
                break;
            case BudgetAction.Grow when Picked(_held, step) is { } held:
                var before = held.Lease.Bytes;
                var grown = held.Lease.TryGrow(step.Bytes) ? step.Bytes : 0;
                Require(held.Lease.Bytes == before + grown, "A lease grows by what was asked for or not at all.");
                break;
            case BudgetAction.Shrink when Picked(_held, step) is { } held:
                var kept = Math.Min(held.Lease.Bytes, step.Bytes - 1);
                held.Lease.ShrinkTo(step.Bytes - 1);
                Require(held.Lease.Bytes == kept, "A lease shrinks to what was asked for and never grows by it.");
                break;
            case BudgetAction.Dispose when Picked(_held, step) is { } held:
                _held.Remove(held);
                Return(held.Lease);
                break;
            case BudgetAction.DisposeAgain when Picked(_returned, step) is { } returned:
                returned.Dispose();
                returned.ShrinkTo(0);
                Require(!returned.TryGrow(1) && returned.Bytes == 0, "A lease given back is powerless.");
                break;
            case BudgetAction.Cancel when Picked(_waiting, step) is { } waiter:
                waiter.Cancellation.Cancel();
                break;
            case BudgetAction.Advance:
                _clock.Advance(TimeSpan.FromMilliseconds(step.Bytes * 20));
                break;
            case BudgetAction.TogglePause:
                _budget.Paused = !_budget.Paused;
                break;
        }
    }

    /// <summary>The ledger knows at once how many wait; their tasks hear of it a moment later.</summary>
    private void Settle()
    {
        var patience = Stopwatch.StartNew();
        while (_waiting.Count(w => !w.Task.IsCompleted) is var open && open != _pools.Sum(p => p.GetStatus().Waiting))
        {
            Require(patience.Elapsed < TimeSpan.FromSeconds(5), $"{open} tasks are open, but {_pools.Sum(p => p.GetStatus().Waiting)} wait.");
            Thread.Yield();
        }
        foreach (var waiter in _waiting.Where(w => w.Task.IsCompleted).ToList())
        {
            _waiting.Remove(waiter);
            if (waiter.Task.IsCompletedSuccessfully)
            {
                var lease = waiter.Task.GetAwaiter().GetResult();
                Require(lease.Bytes == waiter.Bytes, "A lease holds what was asked for.");
                _held.Add((waiter.Pool, lease));
            }
            else
            {
                Require(waiter.Task.IsCanceled ? waiter.Cancellation.IsCancellationRequested : waiter.Task.Exception?.InnerException is MemoryLeaseRefusedException, $"Nobody fails otherwise: {waiter.Task.Exception}");
            }
            waiter.Cancellation.Dispose();
        }
    }

    private void Check()
    {
        long reserved = 0;
        LeaseWaiter? oldest = null;
        foreach (var pool in _pools)
        {
            var status = pool.GetStatus();
            Require(status.Leased.Bytes == _held.Where(h => h.Pool == pool).Sum(h => h.Lease.Bytes), $"Pool {status} counts what is held.");
            Require(status.Leased <= status.Cap && status.Leased <= status.Peak && status.Peak <= status.Cap, $"Pool {status} stays inside its cap.");
            Require(pool.Queue.All(w => w.Passed <= LeaseQueue.MaxPasses), $"Nobody in {status} is passed too often.");
            Require(pool.WaitingBytes == pool.Queue.Sum(w => w.Bytes), $"Pool {status} counts what is waited for.");
            reserved += Math.Max(status.Leased.Bytes, status.Guaranteed.Bytes);
            if (pool.Queue.First?.Value is { } first && (oldest is null || first.Arrival < oldest.Arrival))
                oldest = first;
        }
        Require(reserved <= Capacity, $"Leases and guarantees take {reserved}, more than the budget.");
        Require(oldest is null || !_budget.HasRoom(oldest.Pool, oldest.Bytes), "Whoever is first in line never waits for what is free.");
    }

    private void Drain()
    {
        _budget.Paused = false;
        Settle();
        while (_held.Count > 0)
        {
            _held.ForEach(h => Return(h.Lease));
            _held.Clear();
            Settle();
            Check();
        }
        Require(_waiting.Count == 0, $"{_waiting.Count} still wait although all is free.");
        Require(_budget.Leased == ByteSize.Zero, "The ledger ends at zero.");
        Require(_pools[0].TryAcquire(Capacity - 300, out _) && _pools[1].TryAcquire(200, out _) && _pools[2].TryAcquire(100, out _), "The whole budget is there again.");
    }

    private void Return(MemoryLease lease)
    {
        lease.Dispose();
        _returned.Add(lease);
    }

    private static T? Picked<T>(List<T> list, BudgetStep step)
        where T : struct => list.Count == 0 ? null : list[step.Pick % list.Count];

    private static void Require(bool condition, string because)
    {
        if (!condition)
            throw new InvalidOperationException(because);
    }

    private readonly record struct Waiter(MemoryPool Pool, long Bytes, Task<MemoryLease> Task, CancellationTokenSource Cancellation);
}
