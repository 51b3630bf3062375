using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Headroom.Blobs.Spooling;

namespace Headroom.Blobs.S3;

/// <summary>
/// Keeps objects in a bucket of S3 or of what speaks its protocol, as multipart uploads. A part is spooled to disk,
/// sent with its checksums, and acknowledged when S3 has it. All S3 parts of an object but the last have one length;
/// appended bytes that are too few for a part are objects of their own until there are enough, or the object is completed.
/// </summary>
/// <remarks>
/// Protocol: Amazon S3 API Reference, «Multipart upload overview» and its limits (5 MiB to 5 GiB a part, 10,000 parts).
/// A request that nobody waits for any more can still replace a part with older bytes of it: completing names every
/// part's ETag, so that S3 refuses instead of putting the wrong bytes together.
/// </remarks>
public sealed class S3Store : IBlobStore
{
    private const long MaxPartBytes = 5L * 1024 * 1024 * 1024;

    private readonly Spool _spool;
    private readonly S3Connection _connection;
    private readonly S3Bucket _bucket;
    private readonly S3Uploads _uploads;
    private readonly WritesInProgress _writes = new();

    /// <summary>Makes the store; it calls nobody yet.</summary>
    /// <param name="options">The bucket and its peculiarities.</param>
    /// <param name="spool">Disk for what is on its way. Dispose it after the store.</param>
    /// <param name="timeProvider">The clock for deadlines, waits and the circuit breaker.</param>
    /// <exception cref="ArgumentException">A setting makes no sense.</exception>
    public S3Store(S3StoreOptions options, Spool spool, TimeProvider? timeProvider = null)
    {
        S3StoreOptions.Validate(options);
        _spool = spool;
        _connection = new S3Connection(options, timeProvider ?? TimeProvider.System);
        _bucket = new S3Bucket(_connection, options);
        _uploads = new S3Uploads(_connection, _bucket, options.EtagIsMd5);
    }

    /// <summary>5 MiB: S3 takes no smaller parts, except as the last.</summary>
    public long MinPartBytes => 5 * 1024 * 1024;

    /// <summary>
    /// A writer 1,220 KiB: 580 that the spool's file is written from, or that are not on the device yet, 256 for the kernel's buffer of the connection, the
    /// rest for checksums, the SDK and TLS. Measured, sixteen parts of 8 MiB at once, for each: 80 KiB of managed heap over
    /// http, 150 over https. A reader 512 KiB: 256 for the kernel's buffer of the connection, the rest for the SDK and TLS.
    /// Measured in the same way: 20 KiB of managed heap. The spool keeps 2.8 MiB to write the next parts from.
    /// </summary>
    public static BlobStoreMemory MemoryCosts { get; } = new(
        Spool.WriterBytes + (2 * S3HttpClients.SocketBufferBytes) + (384 * 1024),
        (2 * S3HttpClients.SocketBufferBytes) + (256 * 1024),
        Spool.RetainedBytes);

    /// <inheritdoc cref="MemoryCosts"/>
    public BlobStoreMemory Memory => MemoryCosts;

    /// <inheritdoc/>
    public long HeldBytes => _spool.HeldBytes;

    /// <inheritdoc/>
    public async Task<BlobUpload> BeginAsync(string key, long partBytes, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partBytes, MinPartBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partBytes, MaxPartBytes);
        return new BlobUpload(key, await _bucket.InitiateAsync(key, cancellationToken).ConfigureAwait(false), partBytes);
    }

    /// <inheritdoc/>
    public async Task<BlobWriter> OpenWriteAsync(BlobUpload upload, long offset, long maxBytes, CancellationToken cancellationToken = default)
    {
        upload.CheckRange(offset, maxBytes);
        _writes.Enter(upload, offset);
        try
        {
            var file = await _spool.OpenAsync((offset % upload.PartBytes) + maxBytes, cancellationToken).ConfigureAwait(false);
            return S3Writer.Open(_bucket, upload, offset, maxBytes, file, () => _writes.Leave(upload, offset));
        }
        catch
        {
            _writes.Leave(upload, offset);
            throw;
        }
    }

    /// <summary>What S3 has of an unfinished object: its parts, then the pieces behind them.</summary>
    public async IAsyncEnumerable<BlobPart> ListPartsAsync(BlobUpload upload, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var end = 0L;
        await foreach (var part in _uploads.PartsAsync(upload, cancellationToken).ConfigureAwait(false))
        {
            var found = new BlobPart(
                upload.OffsetOf((part.PartNumber ?? 1) - 1),
                part.Size ?? 0,
                S3PartTag.Format([new S3PartTag(part.ETag.Trim('"'), part.ChecksumCRC32C ?? "")]));
            end = found.End;
            yield return found;
        }
        await foreach (var piece in _bucket.ListAsync(_bucket.PiecesOf(upload.Key), cancellationToken).ConfigureAwait(false))
        {
            // Pieces before that are in the parts already.
            if (long.TryParse(piece.Key.AsSpan(piece.Key.LastIndexOf('/') + 1), CultureInfo.InvariantCulture, out var offset) && offset >= end)
                yield return new BlobPart(offset, piece.Size ?? 0, "");
        }
    }

    /// <inheritdoc/>
    /// <remarks>Holds about 400 bytes for each part, for the list that S3 wants: 4 MB with 10,000 of them.</remarks>
    public async Task CompleteAsync(BlobUpload upload, IReadOnlyList<BlobPart> parts, CancellationToken cancellationToken = default)
    {
        var length = BlobUpload.CheckParts(parts);
        var tags = parts.SelectMany(p => S3PartTag.Parse(p.Tag)).ToList();
        var missing = ((length + upload.PartBytes - 1) / upload.PartBytes) - tags.Count;
        if (missing == 1 && length % upload.PartBytes != 0)
            tags.Add(await SendTailAsync(upload, length, cancellationToken).ConfigureAwait(false));
        else if (missing != 0)
            throw new BlobException(
                BlobProblem.Conflict,
                $"'{upload.Key}' needs {missing + tags.Count} parts of {upload.PartBytes} bytes; {tags.Count} were sent. Only the last one may be shorter.");

        await _uploads.CompleteAsync(upload, tags, length, cancellationToken).ConfigureAwait(false);
        if (parts.Any(p => p.Offset % upload.PartBytes != 0 || (p.Tag.Length == 0)))
            await DeletePiecesAsync(upload.Key, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task AbortAsync(string key, string token, CancellationToken cancellationToken = default)
    {
        if (token.Length > 0)
            await _uploads.AbortAsync(key, token, cancellationToken).ConfigureAwait(false);
        await DeletePiecesAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, BlobUpload.MaxSmallBytes, nameof(content));
        var bytes = await S3Content.CreateAsync(() => Reading(content), cancellationToken).ConfigureAwait(false);
        await _bucket.PutAsync(_bucket.ObjectName(key), bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(length ?? 1, 1, nameof(length));
        var end = length is null || length > long.MaxValue - offset ? long.MaxValue : offset + length.Value;
        return await S3ReadStream.TryOpenAsync(_bucket, _bucket.ObjectName(key), offset, end, cancellationToken).ConfigureAwait(false) ?? Stream.Null;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) => _bucket.DeleteAsync(_bucket.ObjectName(key), cancellationToken);

    /// <summary>
    /// Everything in the store. An object's pieces are an entry of their own, with an empty token: they outlive their
    /// upload if the server dies between completing it and deleting them.
    /// </summary>
    public async IAsyncEnumerable<BlobEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var found in _bucket.ListAsync(_bucket.Objects, cancellationToken).ConfigureAwait(false))
        {
            if (Entry(found.Key[_bucket.Objects.Length..], null, found.LastModified) is { } entry)
                yield return entry;
        }
        await foreach (var upload in _uploads.OpenAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Entry(upload.Key[_bucket.Objects.Length..], upload.UploadId, upload.Initiated) is { } entry)
                yield return entry;
        }
        BlobEntry? pieces = null;
        await foreach (var found in _bucket.ListAsync(_bucket.Pieces, cancellationToken).ConfigureAwait(false))
        {
            var entry = Entry(found.Key[_bucket.Pieces.Length..].Split('/')[0], "", found.LastModified);
            if (pieces is not null && entry?.Key != pieces.Key)
                yield return pieces;
            pieces = entry is not null && pieces?.Key == entry.Key && pieces.Modified > entry.Modified ? pieces : entry;
        }
        if (pieces is not null)
            yield return pieces;
    }

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private static BlobEntry? Entry(string key, string? token, DateTime? modified) =>
        BlobKey.IsValid(key) ? new BlobEntry(key, token, new DateTimeOffset((modified ?? DateTime.UtcNow).ToUniversalTime())) : null;

    private static MemoryStream Reading(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);

    private async Task<S3PartTag> SendTailAsync(BlobUpload upload, long length, CancellationToken cancellationToken)
    {
        using var file = await _spool.OpenAsync(length % upload.PartBytes, cancellationToken).ConfigureAwait(false);
        return await S3Writer.SendTailAsync(_bucket, upload, length, file, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeletePiecesAsync(string key, CancellationToken cancellationToken)
    {
        await foreach (var piece in _bucket.ListAsync(_bucket.PiecesOf(key), cancellationToken).ConfigureAwait(false))
            await _bucket.DeleteAsync(piece.Key, cancellationToken).ConfigureAwait(false);
    }
}
