namespace Headroom.Budget;

/// <summary>Work that was told to stop.</summary>
/// <param name="Pool">The pool of the lease through which it could be cancelled.</param>
/// <param name="Bytes">What all its leases held at that moment, over all pools; they come back when it has stopped.</param>
public readonly record struct CancelledWork(string Pool, ByteSize Bytes);
