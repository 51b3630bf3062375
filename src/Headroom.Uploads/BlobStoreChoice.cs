using Headroom.Blobs;

namespace Headroom.Uploads;

/// <summary>The store that the program chose for uploads, not open yet: printing the plan must not open it.</summary>
/// <param name="Memory">What it holds in memory at most; the plan and the leases count it.</param>
/// <param name="Open">Opens it, once; the container disposes it.</param>
public sealed record BlobStoreChoice(BlobStoreMemory Memory, Func<IServiceProvider, IBlobStore> Open);
