namespace Headroom.Budget;

/// <summary>A pool's figures at one moment.</summary>
/// <param name="Name">The pool's name.</param>
/// <param name="Cap">The most that may be leased at once, as the budget's capacity is now.</param>
/// <param name="Guaranteed">What no other pool can take away, as the budget's capacity is now.</param>
/// <param name="Leased">What is leased now; more than <paramref name="Cap"/> while leases are out that were granted under a higher one.</param>
/// <param name="Peak">The most that was ever leased at once.</param>
/// <param name="Waiting">How many wait.</param>
/// <param name="Granted">How many leases were granted so far.</param>
/// <param name="Refused">How many were refused so far; those who left the line by themselves don't count.</param>
public readonly record struct BudgetPoolStatus(
    string Name,
    ByteSize Cap,
    ByteSize Guaranteed,
    ByteSize Leased,
    ByteSize Peak,
    int Waiting,
    long Granted,
    long Refused)
{
    /// <summary>What those who wait ask for.</summary>
    public required ByteSize WaitingBytes { get; init; }

    /// <summary>How many pieces of work were cancelled so far to get their bytes back.</summary>
    public required long Cancelled { get; init; }

    /// <summary><see cref="Refused"/> for each reason there is.</summary>
    public required IReadOnlyDictionary<LeaseRefusal, long> RefusedByReason { get; init; }

    /// <summary>How long those waited who were granted a lease.</summary>
    public required WaitHistogram Waits { get; init; }
}
