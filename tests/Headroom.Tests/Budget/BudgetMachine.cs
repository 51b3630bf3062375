using System.Diagnostics;
using Headroom.Budget;

namespace Headroom.Tests.Budget;

/// <summary>Drives a budget step by step beside a list of who holds what, and checks the ledger against it after every step.</summary>
internal sealed class BudgetMachine
{
    private const long Capacity = 1000;

    private static readonly BudgetPoolOptions[] Options =
    [
        new("wide", new ByteSize(1000)) { Priority = WorkPriority.Low, MaxWaiting = 12, MaxWait = TimeSpan.FromSeconds(30) },
        new("half", new ByteSize(600)) { Guaranteed = new ByteSize(200), MaxWaiting = 12, MaxWait = TimeSpan.FromSeconds(30) },
        new("small", new ByteSize(300)) { Guaranteed = new ByteSize(100), Priority = WorkPriority.High, MaxWaiting = 12, MaxWait = TimeSpan.FromSeconds(30) },
    ];

    private readonly FakeClock _clock = new();
    private readonly MemoryBudget _budget;
    private readonly BudgetPool[] _pools;
    private readonly BudgetOracle _oracle = new(Capacity, Options);
    private readonly List<Held> _held = [];
    private readonly List<MemoryLease> _returned = [];
    private readonly List<Waiter> _waiting = [];
    private bool _asDeclared = true;
    private int _works;

    public BudgetMachine()
    {
        _budget = new MemoryBudget(new ByteSize(Capacity), _clock);
        _pools = [.. Options.Select(_budget.AddPool)];
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
        switch (step.Action)
        {
            case BudgetAction.Acquire:
                Ask(step, new LeaseRequest(step.Bytes), partOf: null);
                break;
            case BudgetAction.AcquirePart when Picked(_held, step) is { } held:
                Ask(step, new LeaseRequest(step.Bytes) { PartOf = held.Lease, MaxWait = TimeSpan.FromSeconds(step.Pick % 50) }, held);
                break;
            case BudgetAction.TryAcquire when _pools[step.Pool].TryAcquire(step.Bytes, out var lease):
                _held.Add(new Held(step.Pool, lease, _works++));
                break;
            case BudgetAction.Grow or BudgetAction.Shrink or BudgetAction.Dispose when Picked(_held, step) is { } held:
                Change(held, step);
                break;
            case BudgetAction.DisposeAgain when Picked(_returned, step) is { } returned:
                returned.Dispose();
                returned.ShrinkTo(0);
                Require(!returned.TryGrow(1) && returned.Bytes == 0 && !returned.WasCancelled, "A lease given back is powerless.");
                break;
            case BudgetAction.Cancel when Picked(_waiting, step) is { } waiter:
                waiter.Cancellation.Cancel();
                break;
            case BudgetAction.Advance:
                _clock.Advance(TimeSpan.FromMilliseconds(step.Bytes * 20));
                break;
            case BudgetAction.AllowCancellation when Picked(_held, step) is { } held:
                held.Lease.AllowCancellation(held.Cancellation);
                held.IsCancellable = true;
                break;
            case BudgetAction.CancelLargest:
                CancelLargest();
                break;
            case BudgetAction.TogglePause or BudgetAction.Resize or BudgetAction.Unexplained:
                ChangeConditions(step);
                break;
        }
    }

    private void Ask(BudgetStep step, LeaseRequest request, Held? partOf)
    {
        var cancellation = new CancellationTokenSource();
        _waiting.Add(new Waiter(
            step.Pool,
            request.Bytes,
            partOf,
            _oracle.IsPossible(step.Pool, request.Bytes),
            _pools[step.Pool].AcquireAsync(request, cancellation.Token).AsTask(),
            cancellation));
    }

    private void Change(Held held, BudgetStep step)
    {
        var before = held.Lease.Bytes;
        switch (step.Action)
        {
            case BudgetAction.Grow:
                var grown = held.Lease.TryGrow(step.Bytes) ? step.Bytes : 0;
                held.IsFresh = grown > 0;
                Require(held.Lease.Bytes == before + grown, "A lease grows by what was asked for or not at all.");
                break;
            case BudgetAction.Shrink:
                held.Lease.ShrinkTo(step.Bytes - 1);
                Require(held.Lease.Bytes == Math.Min(before, step.Bytes - 1), "A lease shrinks to what was asked for and never grows by it.");
                break;
            default:
                _held.Remove(held);
                Return(held);
                break;
        }
    }

    private void ChangeConditions(BudgetStep step)
    {
        switch (step.Action)
        {
            case BudgetAction.TogglePause:
                _budget.Paused = _oracle.Paused = !_oracle.Paused;
                break;
            case BudgetAction.Resize:
                _oracle.Capacity = step.Pick % 2 == 0 ? Capacity : step.Pick % 1300;
                _budget.Resize(new ByteSize(_oracle.Capacity));
                break;
            default:
                _oracle.Unexplained = step.Pick % 2 == 0 ? 0 : step.Pick;
                _budget.Unexplained = new ByteSize(_oracle.Unexplained);
                break;
        }
        _asDeclared &= _oracle.Capacity == Capacity && _oracle.Unexplained == 0;
    }

    private void CancelLargest()
    {
        var candidates = _held.Where(h => h.IsCancellable && !h.Cancellation.IsCancellationRequested).ToList();
        var lowest = candidates.Select(h => Options[h.Pool].Priority).Order().FirstOrDefault();
        var most = candidates.Where(h => Options[h.Pool].Priority == lowest).Select(h => WorkOf(h).Sum(p => p.Lease.Bytes)).DefaultIfEmpty().Max();

        if (_budget.CancelLargest() is not { } cancelled)
        {
            Require(candidates.Count == 0, "Where there is work to cancel some is cancelled.");
            return;
        }
        Require(
            cancelled.Bytes.Bytes == most && Options.Single(p => p.Name == cancelled.Pool).Priority == lowest,
            $"{cancelled} is the largest of the lowest priority: {most}, {lowest}.");
        var work = WorkOf(candidates.Single(h => h.Cancellation.IsCancellationRequested)).ToList();
        Require(work.Sum(h => h.Lease.Bytes) == most && work.TrueForAll(h => h.Lease.WasCancelled), "All leases of the work know of it.");
        work.ForEach(h => h.IsCancellable = false);
    }

    private IEnumerable<Held> WorkOf(Held held) => _held.Where(h => h.Work == held.Work);

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
                _held.Add(new Held(waiter.Pool, waiter.Task.Result, waiter.PartOf is { } earlier && _held.Contains(earlier) ? earlier.Work : _works++));
            else
                Require(
                    waiter.Task.IsCanceled
                        ? waiter.Cancellation.IsCancellationRequested
                        : Refusal(waiter) is { } refusal && refusal.Reason == LeaseRefusal.TooLarge != waiter.IsPossible,
                    $"Nobody fails otherwise: {waiter.Task.Exception}");
            Require(!waiter.Task.IsCompletedSuccessfully || waiter.Task.Result.Bytes == waiter.Bytes, "A lease holds what was asked for.");
            waiter.Cancellation.Dispose();
        }
        for (var pool = 0; pool < _pools.Length; pool++)
            _oracle.Leased[pool] = _held.Where(h => h.Pool == pool).Sum(h => h.Lease.Bytes);
    }

    private void Check()
    {
        for (var at = 0; at < _pools.Length; at++)
        {
            var (pool, status, line) = (_pools[at], _pools[at].GetStatus(), Line(_pools[at]).ToList());
            Require(status.Leased.Bytes == _oracle.Leased[at], $"Pool {status} counts what is held.");
            Require(
                status.Cap.Bytes == _oracle.Cap(at) && status.Guaranteed.Bytes == _oracle.Guaranteed(at) && pool.Cap == status.Cap,
                $"Pool {status} follows the capacity.");
            Require(status.Leased <= status.Peak && status.Peak.Bytes <= Options[at].Cap.Bytes, $"Pool {status} stays inside its cap.");
            Require(line.TrueForAll(w => w.Passed <= LeaseQueue.MaxPasses), $"Nobody in {status} is passed too often.");
            Require(status.WaitingBytes.Bytes == line.Sum(w => w.Bytes) && status.Waiting == line.Count, $"Pool {status} counts who waits.");
            Require(status.Granted == status.Waits.Count && status.Refused == status.RefusedByReason.Values.Sum(), $"Pool {status} counts what happened.");
        }
        Require(!_asDeclared || _oracle.Reserved <= Capacity, $"Leases and guarantees take {_oracle.Reserved}, more than the budget.");
        Require(
            _oracle.WasThere([.. _held.Where(h => h.IsFresh).Select(h => (h.Pool, _held.Count(o => o.Pool == h.Pool && o.Lease.Bytes > 0) == 1))]),
            "What is granted was there to be granted.");
        _held.ForEach(h => h.IsFresh = false);
        Require(First() is not { } first || !_oracle.HasRoom(first.Pool, first.Bytes), "Whoever is first in line never waits for what is free.");
    }

    /// <summary>Whose turn it is: those who were passed often enough, then by priority, then by arrival.</summary>
    private (int Pool, long Bytes)? First() =>
        Enumerable.Range(0, _pools.Length)
            .SelectMany(
                at => Line(_pools[at]).Where(w => w.Bytes <= _oracle.Cap(at) && _oracle.IsPossible(at, w.Bytes)).Take(1),
                (at, waiter) => (Pool: at, Waiter: waiter))
            .OrderByDescending(c => c.Waiter.Passed >= LeaseQueue.MaxPasses)
            .ThenByDescending(c => Options[c.Pool].Priority)
            .ThenBy(c => c.Waiter.Arrival)
            .Select(c => ((int, long)?)(c.Pool, c.Waiter.Bytes))
            .FirstOrDefault();

    private void Drain()
    {
        _budget.Paused = _oracle.Paused = false;
        _budget.Unexplained = new ByteSize(_oracle.Unexplained = 0);
        _budget.Resize(new ByteSize(_oracle.Capacity = 2 * Capacity));
        _asDeclared = false;
        Settle();
        while (_held.Count > 0)
        {
            _held.ForEach(Return);
            _held.Clear();
            Settle();
            Check();
        }
        Require(_waiting.Count == 0, $"{_waiting.Count} still wait although all is free.");
        Require(_budget.Leased == ByteSize.Zero && _budget.CancelLargest() is null, "The ledger ends at zero, and nothing is left to cancel.");
        _budget.Resize(new ByteSize(Capacity));
        Require(
            _pools[0].TryAcquire(Capacity - 300, out _) && _pools[1].TryAcquire(200, out _) && _pools[2].TryAcquire(100, out _),
            "The whole budget is there again.");
    }

    private void Return(Held held)
    {
        held.Lease.Dispose();
        held.Cancellation.Dispose();
        _returned.Add(held.Lease);
    }

    private static MemoryLeaseRefusedException? Refusal(Waiter waiter) => waiter.Task.Exception?.InnerException as MemoryLeaseRefusedException;

    private static IEnumerable<LeaseWaiter> Line(BudgetPool pool)
    {
        for (var waiter = pool.Line.First; waiter is not null; waiter = waiter.Next)
            yield return waiter;
    }

    private static T? Picked<T>(List<T> list, BudgetStep step) => list.Count == 0 ? default : list[step.Pick % list.Count];

    private static void Require(bool condition, string because)
    {
        if (!condition)
            throw new InvalidOperationException(because);
    }

    private sealed record Waiter(int Pool, long Bytes, Held? PartOf, bool IsPossible, Task<MemoryLease> Task, CancellationTokenSource Cancellation);

    private sealed class Held(int pool, MemoryLease lease, int work)
    {
        public int Pool => pool;

        public MemoryLease Lease => lease;

        public int Work => work;

        public CancellationTokenSource Cancellation { get; } = new();

        public bool IsCancellable { get; set; }

        /// <summary>Granted, or grown, in this step.</summary>
        public bool IsFresh { get; set; } = true;
    }
}
