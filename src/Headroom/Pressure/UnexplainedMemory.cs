namespace Headroom.Pressure;

/// <summary>
/// Measured bytes that neither plan nor leases explain, worked out anew at every sample. Two bounds from below, of which
/// the larger counts:
/// <para>1. what is measured beyond plan and leases together, at this and at the sample before (what is freed a moment
/// after its lease is none);</para>
/// <para>2. what did not come back when it should have. Plan and leases that say more than is used would hide it from the
/// first: so it is followed as a rise of the surplus over where it was, and is gone once the surplus is back there.</para>
/// Thread-safe.
/// </summary>
public sealed class UnexplainedMemory
{
    /// <summary>Failures that are followed one by one; older ones are summed.</summary>
    private const int MaxFailures = 16;

    private readonly Lock _lock = new();
    private readonly List<Check> _checks = [];
    private readonly List<Failure> _failures = [];
    private long _previous;
    private long _bytes;

    /// <summary>As of the last sample: from zero to all that is measured.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Watches whether bytes that were just given up really come back.</summary>
    /// <param name="before">Taken before they were given up, their lease still held.</param>
    /// <param name="lease">What the lease held.</param>
    /// <param name="expected">How many bytes should come back: zero to <paramref name="lease"/>, for it may have said more than was used.</param>
    /// <param name="at">Now: they and the lease are given up.</param>
    /// <returns>What came back, known with the first sample that is taken 100 ms later or more.</returns>
    public Task<MemoryReturn> CheckReturnAsync(in MemoryReading before, long lease, long expected, DateTimeOffset at)
    {
        var check = new Check(before, lease, expected, at);
        lock (_lock)
            _checks.Add(check);
        return check.Result.Task;
    }

    /// <summary>Takes a new measurement.</summary>
    public long Update(in MemoryReading now, DateTimeOffset at)
    {
        lock (_lock)
        {
            Settle(now, at);
            var missing = MissingAt(now);
            var excess = Math.Min(now.Surplus, _previous);
            _previous = now.Surplus;
            var bytes = Math.Clamp(Math.Max(missing, excess), 0, Math.Max(0, now.Unreclaimable));
            Interlocked.Exchange(ref _bytes, bytes);
            return bytes;
        }
    }

    private long MissingAt(in MemoryReading now)
    {
        var sum = 0L;
        for (var i = _failures.Count - 1; i >= 0; i--)
        {
            var missing = _failures[i].MissingAt(now.Surplus);
            sum += missing;
            // While more is leased than was then, over-generous leases may hide what is missing.
            if (missing == 0 && now.Leased <= _failures[i].Leased)
                _failures.RemoveAt(i);
        }
        return sum;
    }

    private void Settle(in MemoryReading now, DateTimeOffset at)
    {
        for (var i = _checks.Count - 1; i >= 0; i--)
        {
            var check = _checks[i];
            if (at - check.At < ControlLaw.ReturnSettles)
                continue;
            _checks.RemoveAt(i);
            var result = check.Compare(now);
            if (result.Failed)
                Follow(new Failure(check.Reference, result.Missing.Bytes, check.Before.Leased - check.Lease));
            check.Result.SetResult(result);
        }
    }

    private void Follow(Failure failure)
    {
        if (_failures.Count == MaxFailures)
        {
            var (first, second) = (_failures[0], _failures[1]);
            _failures[1] = new Failure(Math.Min(first.Reference, second.Reference), first.Bytes + second.Bytes, Math.Min(first.Leased, second.Leased));
            _failures.RemoveAt(0);
        }
        _failures.Add(failure);
    }

    private sealed record Check(MemoryReading Before, long Lease, long Expected, DateTimeOffset At)
    {
        public TaskCompletionSource<MemoryReturn> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Where the surplus is once everything has come back: higher than before by what the lease said too much.</summary>
        public long Reference => Before.Surplus + Lease - Expected;

        /// <summary>
        /// Other work came and went in the meantime. In doubt for the memory: it is missing only if it is so by the
        /// measurement alone and by the measurement less what is leased.
        /// </summary>
        public MemoryReturn Compare(in MemoryReading now)
        {
            var returned = Math.Max(Before.Unreclaimable - now.Unreclaimable, Expected - (now.Surplus - Reference));
            return new MemoryReturn(new ByteSize(Expected), new ByteSize(Math.Max(0, returned)), new ByteSize(Math.Clamp(Expected - returned, 0, Expected)));
        }
    }

    /// <summary>Bytes that did not come back, for as long as the surplus is above where it was.</summary>
    private sealed record Failure(long Reference, long Bytes, long Leased)
    {
        public long MissingAt(long surplus) => Math.Clamp(surplus - Reference, 0, Bytes);
    }
}
