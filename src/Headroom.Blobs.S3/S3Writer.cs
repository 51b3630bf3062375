using Headroom.Blobs.Files;
using Headroom.Blobs.Spooling;

namespace Headroom.Blobs.S3;

/// <summary>
/// Spools bytes to disk, then sends them: whole parts as parts, and what is too little for one as a piece of its own,
/// which a later writer, or completing, reads back and joins.
/// </summary>
/// <remarks>The spool's file begins at the part's begin: bytes before the writer's own are filled in from pieces when the part can be sent.</remarks>
internal sealed class S3Writer(S3Bucket bucket, BlobUpload upload, long offset, long maxBytes, SpoolFile file, StretchWriter output, Action leave)
    : BlobWriter(file.Name, maxBytes)
{
    private readonly long _lead = offset % upload.PartBytes;
    private Action? _leave = leave;

    /// <summary>Opens a writer, which then owns the file.</summary>
    public static S3Writer Open(S3Bucket bucket, BlobUpload upload, long offset, long maxBytes, SpoolFile file, Action leave) =>
        new(bucket, upload, offset, maxBytes, file, file.OpenWriter(offset % upload.PartBytes), leave);

    /// <summary>Sends the pieces at the object's end as its last part.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="upload">The object.</param>
    /// <param name="end">The object's length, which is not a multiple of the part length.</param>
    /// <param name="file">Room for what the last part has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<S3PartTag> SendTailAsync(S3Bucket bucket, BlobUpload upload, long end, SpoolFile file, CancellationToken cancellationToken)
    {
        var writer = Open(bucket, upload, end, 1, file, () => { });
        await using (writer.ConfigureAwait(false))
        {
            await writer.JoinAsync(cancellationToken).ConfigureAwait(false);
            return await writer.SendPartAsync(0, writer._lead, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override Memory<byte> GetSpace(int count) => output.GetMemory(count);

    protected override ValueTask TakeAsync(int count) => output.AdvanceAsync(count);

    protected override async Task<BlobPart> PublishAsync(bool last, CancellationToken cancellationToken)
    {
        await file.FinishAsync(output).ConfigureAwait(false);
        var total = _lead + Written;
        if (_lead > 0 && (last || total >= upload.PartBytes))
            await JoinAsync(cancellationToken).ConfigureAwait(false);

        var (sent, tags) = (0L, new List<S3PartTag>());
        while (total - sent >= upload.PartBytes || (last && sent < total))
        {
            var length = Math.Min(upload.PartBytes, total - sent);
            tags.Add(await SendPartAsync(sent, length, cancellationToken).ConfigureAwait(false));
            sent += length;
        }
        if (sent < total)
            await SendPieceAsync(Math.Max(sent, _lead), total, cancellationToken).ConfigureAwait(false);
        return new BlobPart(offset, Written, S3PartTag.Format(tags));
    }

    protected override async ValueTask ReleaseAsync()
    {
        await output.DisposeAsync().ConfigureAwait(false);
        file.Dispose();
        Interlocked.Exchange(ref _leave, null)?.Invoke();
    }

    /// <summary>Fills in what was appended to this part before.</summary>
    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        var joined = file.OpenWriter(0);
        await using (joined.ConfigureAwait(false))
        {
            for (var position = 0L; position < _lead;)
            {
                // Names are offsets: each piece tells by its length where the next one is.
                var name = bucket.PieceName(upload.Key, offset - _lead + position);
                using var piece = await S3ReadStream.OpenAsync(bucket, name, 0, long.MaxValue, cancellationToken).ConfigureAwait(false);
                var end = position + piece.Remaining;
                if (end > _lead || end == position)
                    throw new BlobException(
                        BlobProblem.Conflict, $"What was appended to '{upload.Key}' before {offset} doesn't end there. Send it again from {offset - _lead}.");
                while (await piece.ReadAsync(joined.GetMemory(MaxPieceBytes), cancellationToken).ConfigureAwait(false) is var read and > 0)
                {
                    await joined.AdvanceAsync(read).ConfigureAwait(false);
                    position += read;
                }
            }
            await file.FinishAsync(joined).ConfigureAwait(false);
        }
    }

    private async Task<S3PartTag> SendPartAsync(long start, long length, CancellationToken cancellationToken)
    {
        var number = checked((int)((offset - _lead + start) / upload.PartBytes)) + 1;
        var content = await S3Content.CreateAsync(() => file.OpenRead(start, length), cancellationToken).ConfigureAwait(false);
        return await bucket.UploadPartAsync(upload, number, content, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendPieceAsync(long start, long end, CancellationToken cancellationToken)
    {
        var content = await S3Content.CreateAsync(() => file.OpenRead(start, end - start), cancellationToken).ConfigureAwait(false);
        await bucket.PutAsync(bucket.PieceName(upload.Key, offset - _lead + start), content, cancellationToken).ConfigureAwait(false);
    }
}
