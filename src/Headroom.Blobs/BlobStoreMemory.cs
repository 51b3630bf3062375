namespace Headroom.Blobs;

/// <summary>
/// What a store holds in memory at most. It is known before the store is open, so that a plan can be printed without
/// opening it; leases say it.
/// </summary>
/// <param name="WriterBytes">
/// An open <see cref="BlobWriter"/>, in bytes: its buffers, the kernel's for its connection, and what of its file isn't on
/// the device yet. Lease it before opening one.
/// </param>
/// <param name="ReaderBytes">An open stream of <see cref="IBlobStore.OpenReadAsync"/>, in bytes, counted likewise. Lease it before opening one.</param>
/// <param name="RetainedBytes">What is kept for the next writers and readers when there are none, in bytes.</param>
public readonly record struct BlobStoreMemory(long WriterBytes, long ReaderBytes, long RetainedBytes);
