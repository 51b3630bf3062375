using Headroom.AspNetCore.Admission;
using Headroom.Blobs;
using Headroom.Budget;
using Headroom.Buffers;
using Headroom.Uploads.Format;

namespace Headroom.Uploads.Writing;

/// <summary>What each kind of request holds in memory, so that its lease says it.</summary>
internal sealed class UploadMemory(BlobStoreMemory store, BudgetPool pool)
{
    /// <summary>A row with its texts, a manifest of a few hundred parts, JSON.</summary>
    private const long Small = 256 * 1024;

    /// <summary>The request's objects, and whatever waits between two buffers.</summary>
    private const long Objects = PartLayout.EncryptedSegmentBytes;

    /// <summary>Segments that are decrypted are kept for reuse up to so many.</summary>
    private const int KeptSegments = 4;

    /// <summary>What completing holds for each part: its record, its line for the store, its entry in the manifest.</summary>
    private const long PerPart = 900;

    /// <summary>What reading a manifest holds for each of its bytes: encrypted, decrypted, and the map of its parts.</summary>
    private const long PerManifestByte = 3;

    /// <summary>A body that is encrypted while it arrives.</summary>
    public ByteSize Receiving => new ByteSize(Objects + store.WriterBytes) + TransferCosts.Receiving;

    /// <summary>A file that is decrypted while it is sent.</summary>
    public ByteSize Sending => new ByteSize(Objects + PartLayout.EncryptedSegmentBytes + store.ReaderBytes) + TransferCosts.Sending;

    /// <summary>A request without a body to speak of.</summary>
    public static ByteSize Answering => new(Small);

    /// <summary>What is kept for reuse at most.</summary>
    public static ByteSize Retained(BlobStoreMemory store) => new ByteSize(store.RetainedBytes) + NewSegments().Retained;

    /// <summary>Buffers for what is decrypted.</summary>
    public static PageBuffers NewSegments() => new(PartLayout.EncryptedSegmentBytes, KeptSegments);

    /// <summary>Checks that an opened store holds no more than leases count.</summary>
    /// <exception cref="InvalidOperationException">It does.</exception>
    public static IBlobStore Check(IBlobStore store, BlobStoreMemory counted)
    {
        if (store.Memory.WriterBytes > counted.WriterBytes
            || store.Memory.ReaderBytes > counted.ReaderBytes
            || store.Memory.RetainedBytes > counted.RetainedBytes)
            throw new InvalidOperationException(
                $"The store holds {store.Memory}; the plan and the leases count {counted}. Choose it with the memory that it has.");
        return store;
    }

    /// <summary>Makes sure that an upload of so many parts can be completed; its body is not held any more.</summary>
    /// <inheritdoc cref="EnsureAsync"/>
    public ValueTask<MemoryLease> ForCompletingAsync(MemoryLease held, int parts, CancellationToken cancellationToken) =>
        EnsureAsync(held, parts * PerPart, cancellationToken);

    /// <summary>Makes sure that a file with a manifest of so many bytes can be sent.</summary>
    /// <inheritdoc cref="EnsureAsync"/>
    public ValueTask<MemoryLease> ForSendingAsync(MemoryLease held, int manifestBytes, CancellationToken cancellationToken) =>
        EnsureAsync(held, Sending.Bytes + Math.Max(0, (PerManifestByte * manifestBytes) - PartLayout.SegmentBytes), cancellationToken);

    /// <summary>Most files have few parts, and the lease that is there is enough; for others it grows, or is given back and waited for in line.</summary>
    /// <returns>What to give back afterwards; nothing if what is held serves.</returns>
    private async ValueTask<MemoryLease> EnsureAsync(MemoryLease held, long needed, CancellationToken cancellationToken)
    {
        var missing = needed - held.Bytes;
        if (missing <= 0 || held.TryGrow(missing))
            return default;
        held.ShrinkTo(0);
        return await pool.AcquireAsync(new LeaseRequest(needed) { PartOf = held }, cancellationToken);
    }
}
