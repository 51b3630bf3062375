namespace Headroom.Onnx;

/// <summary>
/// Lets at most so many inferences run at once, first come first served. More runs than processors cost memory and
/// gain no speed. It bounds what runs, not what waits: who may wait is decided before, by admission. Thread-safe.
/// </summary>
public sealed class InferenceGate
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource<InferenceEntry>> _waiting = [];
    private readonly Stack<int> _freePlaces;
    private readonly long[] _tickets;
    private readonly TimeProvider _time;
    private int _limit;
    private long _lastTicket;
    private long _idleSince;

    /// <summary>Makes an open gate.</summary>
    /// <param name="capacity">Most runs at once, at least 1. Default: the number of processors.</param>
    /// <param name="timeProvider">Clock of <see cref="IdleFor"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public InferenceGate(int? capacity = null, TimeProvider? timeProvider = null)
    {
        Capacity = capacity ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(Capacity, 1, nameof(capacity));
        _time = timeProvider ?? TimeProvider.System;
        _limit = Capacity;
        _tickets = new long[Capacity];
        _freePlaces = new Stack<int>(Enumerable.Range(0, Capacity));
        _idleSince = _time.GetTimestamp();
    }

    /// <summary>Most runs at once.</summary>
    public int Capacity { get; }

    /// <summary>
    /// How many of them may run for now, 1 to <see cref="Capacity"/>: fewer at once read fewer weights at once. Runs that
    /// are inside when it is lowered end as usual.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1 or above <see cref="Capacity"/>.</exception>
    public int Limit
    {
        get
        {
            lock (_lock)
                return _limit;
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            lock (_lock)
            {
                _limit = value;
                // Their continuations run elsewhere, so none of them meets this lock here.
                while (_waiting.First is not null && HasPlace)
                    GrantNext(_freePlaces.Pop());
            }
        }
    }

    /// <summary>Entries that are inside now.</summary>
    public int Running
    {
        get
        {
            lock (_lock)
                return Capacity - _freePlaces.Count;
        }
    }

    /// <summary>Callers that wait now.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Time since the last entry left; null while one is inside.</summary>
    public TimeSpan? IdleFor
    {
        get
        {
            lock (_lock)
                return _freePlaces.Count == Capacity ? _time.GetElapsedTime(_idleSince) : null;
        }
    }

    /// <summary>
    /// Whether runs follow one another: one is inside, or was 100 ms ago. What is then taken from them, the next one takes
    /// back at once, page by page.
    /// </summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
                return _lastTicket > 0 && (_freePlaces.Count < Capacity || _time.GetElapsedTime(_idleSince) < Moment);
        }
    }

    /// <summary>How many entries there have been.</summary>
    public long Entered
    {
        get
        {
            lock (_lock)
                return _lastTicket;
        }
    }

    /// <summary>Waits for a place. Allocates nothing when one is free. Dispose the entry to leave.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled before a place was free.</exception>
    public ValueTask<InferenceEntry> EnterAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<InferenceEntry>(cancellationToken);
        LinkedListNode<TaskCompletionSource<InferenceEntry>> waiter;
        lock (_lock)
        {
            // A free place means that nobody waits: a place that is left goes to the first waiter at once.
            if (HasPlace)
                return ValueTask.FromResult(Grant(_freePlaces.Pop()));
            waiter = _waiting.AddLast(new TaskCompletionSource<InferenceEntry>(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        return new ValueTask<InferenceEntry>(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Leaves; nothing when this ticket has left already.</summary>
    internal void Leave(int place, long ticket)
    {
        lock (_lock)
        {
            if (_tickets[place] != ticket)
                return;
            _tickets[place] = 0;
            _freePlaces.Push(place);
            if (_waiting.First is not null && HasPlace)
                GrantNext(_freePlaces.Pop());
            else if (_freePlaces.Count == Capacity)
                _idleSince = _time.GetTimestamp();
        }
    }

    private bool HasPlace => Capacity - _freePlaces.Count < _limit;

    private void GrantNext(int place)
    {
        var next = _waiting.First!;
        _waiting.Remove(next);
        next.Value.SetResult(Grant(place));
    }

    private InferenceEntry Grant(int place)
    {
        _tickets[place] = ++_lastTicket;
        return new InferenceEntry(this, place, _lastTicket);
    }

    private async Task<InferenceEntry> WaitAsync(LinkedListNode<TaskCompletionSource<InferenceEntry>> waiter, CancellationToken cancellationToken)
    {
        using (cancellationToken.UnsafeRegister(_ => GiveUp(waiter, cancellationToken), null))
            return await waiter.Value.Task.ConfigureAwait(false);
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource<InferenceEntry>> waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Granted in the meantime: the caller has the place and leaves it as usual.
            if (waiter.List is null)
                return;
            _waiting.Remove(waiter);
        }
        waiter.Value.SetCanceled(cancellationToken);
    }
}
