namespace Headroom.Blobs.Spooling;

/// <summary>Where a <see cref="Spool"/> keeps its files, and how many bytes they may have.</summary>
/// <param name="Folder">
/// A folder on a disk, for this alone; made if it doesn't exist. One process at a time. What a spool left in it goes; a
/// folder that holds anything else is refused.
/// </param>
/// <param name="Capacity">All files together; at least one part and a little.</param>
public sealed record SpoolOptions(string Folder, ByteSize Capacity)
{
    /// <summary>What stays free on the disk. 64 MiB by default; not negative.</summary>
    public ByteSize KeepFree { get; init; } = ByteSize.FromMegabytes(64);

    /// <summary>How many writers may wait for room; the next one is refused.</summary>
    public int MaxWaiting { get; init; } = 2048;

    /// <summary>How long a writer may wait for room before it is refused: zero to a day.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Takes a folder in memory (tmpfs), too. For tests: it would use up the memory that spooling spares.</summary>
    public bool AllowMemory { get; init; }
}
