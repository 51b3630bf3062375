namespace Headroom.Blobs.Disk;

/// <summary>Where a <see cref="DiskStore"/> keeps its files.</summary>
/// <param name="Folder">The folder, on one disk; made if it doesn't exist. One process at a time.</param>
public sealed record DiskStoreOptions(string Folder)
{
    /// <summary>What stays free on the disk whatever is uploaded: databases and logs need it. 256 MiB by default; not negative.</summary>
    public ByteSize KeepFree { get; init; } = ByteSize.FromMegabytes(256);

    /// <summary>Takes a folder in memory (tmpfs), too. For tests: uploads would use up memory that no lease counts, and a restart would lose them.</summary>
    public bool AllowMemory { get; init; }
}
