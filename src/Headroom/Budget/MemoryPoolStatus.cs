namespace Headroom.Budget;

/// <summary>A pool's figures at one moment.</summary>
/// <param name="Name">The pool's name.</param>
/// <param name="Cap">The most that may be leased at once.</param>
/// <param name="Guaranteed">What no other pool can take away.</param>
/// <param name="Leased">What is leased now.</param>
/// <param name="Peak">The most that was ever leased at once.</param>
/// <param name="Waiting">How many wait.</param>
/// <param name="Granted">How many leases were granted so far.</param>
/// <param name="Refused">How many were refused so far; those who left the line by themselves don't count.</param>
public readonly record struct MemoryPoolStatus(string Name, ByteSize Cap, ByteSize Guaranteed, ByteSize Leased, ByteSize Peak, int Waiting, long Granted, long Refused);
