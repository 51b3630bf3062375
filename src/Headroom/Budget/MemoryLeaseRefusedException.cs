namespace Headroom.Budget;

/// <summary>A pool did not grant a lease.</summary>
public sealed class MemoryLeaseRefusedException(string pool, LeaseRefusal reason, ByteSize requested, TimeSpan retryAfter, string message)
    : Exception(message)
{
    /// <summary>The pool's name.</summary>
    public string Pool => pool;

    /// <summary>Why.</summary>
    public LeaseRefusal Reason => reason;

    /// <summary>What was asked for.</summary>
    public ByteSize Requested => requested;

    /// <summary>When it makes sense to ask again: from the rate at which the pool's bytes come back, 1 to 60 seconds.</summary>
    public TimeSpan RetryAfter => retryAfter;
}
