namespace Headroom.Reclaiming;

/// <summary>A reclaimer's record at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rung">Its rung.</param>
/// <param name="Runs">How often it ran so far.</param>
/// <param name="Ineffective">After how many of them no memory had come back; not counted for <see cref="ReclaimRung.LessParallel"/>.</param>
/// <param name="Returned">By how much measured memory fell with its runs so far; other work at the same time blurs it.</param>
/// <param name="LastReturned">The same of the last run.</param>
/// <param name="LastRun">When it ran last; null before.</param>
/// <param name="LastDuration">How long the last run took.</param>
/// <param name="Error">Why the last run failed; null otherwise.</param>
public sealed record ReclaimerStatus(
    string Name, ReclaimRung Rung, long Runs, long Ineffective, ByteSize Returned,
    ByteSize LastReturned, DateTimeOffset? LastRun, TimeSpan LastDuration, string? Error);
