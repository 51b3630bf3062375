namespace Headroom.Blobs;

/// <summary>
/// Where the bytes of uploads are kept. An object is written as parts, in any order and in parallel, each acknowledged
/// when it is durable and not before, and can be read only when it is complete. Content never passes through memory
/// of the store's own beyond what <see cref="Memory"/> says. Thread-safe.
/// </summary>
/// <remarks>
/// Parts stand at offsets. Part <c>n</c>, counted from 0, stands at <c>n × PartBytes</c>, and all but the last have
/// that length: S3-compatible stores such as R2 take no others. Bytes may also be appended in pieces of any length, each
/// at the offset where the one before ended; a store that needs larger parts joins them.
/// <para>
/// Writing at an offset again replaces what was written there as soon as the new bytes are durable. A crash in between
/// leaves one or the other, so whoever keeps a record of a part must take it back before replacing the part.
/// </para>
/// Every method throws <see cref="BlobException"/> for what went wrong in the store, and nothing else but
/// <see cref="OperationCanceledException"/>, and <see cref="ArgumentException"/> for arguments outside their ranges.
/// <para>
/// Another store is a class that implements this and a <see cref="BlobWriter"/>. What every store has to check stands in
/// <see cref="BlobKey"/>, <see cref="BlobUpload.CheckRange"/>, <see cref="BlobUpload.CheckParts"/> and <see cref="WritesInProgress"/>; one that
/// sends what comes elsewhere, and may have to send it again, keeps it in a <see cref="Spooling.Spool"/> meanwhile. The
/// classes in <c>tests/Headroom.Blobs.Contract</c> say in tests what is said here in words.
/// </para>
/// </remarks>
public interface IBlobStore : IAsyncDisposable
{
    /// <summary>The smallest part length an upload may be begun with, in bytes; the last part may be shorter.</summary>
    long MinPartBytes { get; }

    /// <summary>What the store's writers and readers hold in memory at most; it never changes.</summary>
    BlobStoreMemory Memory { get; }

    /// <summary>Memory that is held now to write from, for all writers together, in bytes: in use, or kept for the next ones.</summary>
    long HeldBytes { get; }

    /// <summary>Begins an object. Keep what it returns: it is all that resuming after a restart needs.</summary>
    /// <param name="key">The object's name: 1 to 128 of <c>A–Z a–z 0–9 _ - .</c>, not beginning with a dot. Use each once.</param>
    /// <param name="partBytes">The length of all parts but the last, at least <see cref="MinPartBytes"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<BlobUpload> BeginAsync(string key, long partBytes, CancellationToken cancellationToken = default);

    /// <summary>Opens a writer for one part, or for bytes to append. It may wait for disk space: don't hold a memory lease meanwhile.</summary>
    /// <param name="upload">The object.</param>
    /// <param name="offset">
    /// Where in the object the bytes stand. If it is no multiple of the part length, everything before it since the last
    /// multiple must have been written.
    /// </param>
    /// <param name="maxBytes">The length if it is known, or else the most it can be; at least 1. This much disk is set aside.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BlobException">Also <see cref="BlobProblem.Busy"/>: this offset is being written by somebody else.</exception>
    Task<BlobWriter> OpenWriteAsync(BlobUpload upload, long offset, long maxBytes, CancellationToken cancellationToken = default);

    /// <summary>What of an unfinished object is durable, in the order of offsets.</summary>
    IAsyncEnumerable<BlobPart> ListPartsAsync(BlobUpload upload, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the object readable, whole or not at all. May be called again when it is not known whether it succeeded.
    /// </summary>
    /// <param name="upload">The object.</param>
    /// <param name="parts">What the writers returned, in the order of offsets, without gaps. What was written and isn't listed is dropped.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BlobException">Also <see cref="BlobProblem.Conflict"/>: the parts aren't what the store has.</exception>
    Task CompleteAsync(BlobUpload upload, IReadOnlyList<BlobPart> parts, CancellationToken cancellationToken = default);

    /// <summary>Drops an unfinished object; nothing happens if there is none. Writers that are open fail.</summary>
    Task AbortAsync(string key, string token, CancellationToken cancellationToken = default);

    /// <summary>Writes a small object at once, replacing one of the same name: a header, a manifest.</summary>
    /// <param name="key">As for <see cref="BeginAsync"/>.</param>
    /// <param name="content">At most <see cref="BlobUpload.MaxSmallBytes"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Reads a complete object.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="offset">Where to begin; at the end or behind it the stream is empty.</param>
    /// <param name="length">How many bytes at most, at least 1; <c>null</c> for all that follow.</param>
    /// <param name="cancellationToken">Gives up opening. The stream's reads have their own.</param>
    Task<Stream> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a complete object; nothing happens if there is none.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Everything in the store, complete or not, in no order; one page at a time is in memory.</summary>
    IAsyncEnumerable<BlobEntry> ListAsync(CancellationToken cancellationToken = default);
}
