using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Blobs;
using Headroom.Uploads.Completing;
using Headroom.Uploads.Format;
using Headroom.Uploads.Metrics;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;
using Microsoft.AspNetCore.Http;

namespace Headroom.Uploads.Tus;

/// <summary>
/// Appends a request's bytes to a tus upload, cut into parts of the container, each durable and recorded before the next
/// begins. A request that is interrupted keeps what was read of it, down to single bytes; with a checksum all of it counts, or none.
/// </summary>
internal sealed class TusAppender(
    UploadStore uploads,
    PartStore parts,
    IBlobStore store,
    UploadSecrets secrets,
    PartSealer sealer,
    UploadCompleter completer,
    Turns turns,
    UploadMetrics metrics,
    UploadOptions options)
{
    /// <summary>How far an upload is. A request that still writes to it is interrupted: its client has lost it.</summary>
    /// <returns>The upload, complete if all of it is there, and its offset.</returns>
    public async Task<(Upload Upload, long Offset)> SettleAsync(HttpContext context, Guid id)
    {
        using var turn = await turns.TakeAsync(id, Turns.WholeUpload, context.RequestAborted);
        var (upload, progress) = await ReadAsync(context, id);
        return (await CompleteIfFullAsync(context, upload, progress), progress.Length);
    }

    /// <summary>Appends the request's body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The upload.</param>
    /// <param name="offset">Where the client thinks that the bytes stand.</param>
    /// <returns>The upload, complete if nothing is missing any more, and its new offset.</returns>
    /// <exception cref="ProblemException">They stand elsewhere, are too many, or don't add up to their checksum.</exception>
    public async Task<(Upload Upload, long Offset)> AppendAsync(HttpContext context, Guid id, long offset)
    {
        using var checksum = TusChecksum.Read(context.Request);
        using var turn = await turns.TakeAsync(id, Turns.WholeUpload, context.RequestAborted);
        var (upload, progress) = await ReadAsync(context, id);
        Check(context.Request, upload, progress, offset);
        var body = new PatchBody(context.Request.Body, checksum, turn.Interrupted);
        progress = await AppendAsync(upload, progress, body, checksum, context.Request.ContentLength, turn.Interrupted);
        if (body.Interruption is { } cause)
            throw Interrupted(cause, turn);
        return (await CompleteIfFullAsync(context, upload, progress), progress.Length);
    }

    private async Task<Progress> AppendAsync(
        Upload upload, Progress progress, PatchBody body, TusChecksum? checksum, long? announced, CancellationToken interrupted)
    {
        var end = Math.Min(upload.Size, announced is { } length ? progress.Length + length : long.MaxValue);
        var held = new List<StoredPart>();
        while (progress.Length < end && await body.AnyAsync())
        {
            var part = await WriteAsync(upload, progress, end, body, interrupted);
            progress = new Progress(progress.Parts + 1, progress.Length + part.Attempt.Length, progress.StoreLength + part.Blob.Length);
            // Unrecorded bytes don't exist: the next request writes over them.
            held.Add(part);
            if (checksum is null)
                await RecordAsync(upload, held);
        }
        if (checksum is not null && body.Interruption is null)
        {
            if (await body.AnyAsync())
                throw TooMany(upload);
            if (!checksum.Matches())
                throw new ProblemException(
                    TusProtocol.ChecksumMismatch, "checksum-mismatch", "The bytes don't add up to Upload-Checksum, and were dropped. Send them again.");
            await RecordAsync(upload, held);
        }
        return progress;
    }

    private async Task<StoredPart> WriteAsync(Upload upload, Progress progress, long end, PatchBody body, CancellationToken interrupted)
    {
        if (progress.Parts == PartLayout.MaxParts)
            throw TooManyPieces();
        var most = Math.Min(upload.PartSize, end - progress.Length);
        await using var writer = await OpenAsync(upload, progress, most, interrupted);
        PartAttempt attempt;
        using (var key = secrets.Open(upload))
            attempt = await sealer.SealAsync(key, progress.Parts + 1, body.Take(most), writer, CancellationToken.None);
        var last = progress.Length + attempt.Length == upload.Size;
        if (last && await body.AnyAsync())
            throw TooMany(upload);
        return new StoredPart(attempt, await writer.CommitAsync(last, CancellationToken.None));
    }

    private async Task<BlobWriter> OpenAsync(Upload upload, Progress progress, long most, CancellationToken interrupted)
    {
        try
        {
            return await store.OpenWriteAsync(upload.Blob, progress.StoreLength, PartLayout.EncryptedBytes(most), interrupted);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            throw UploadProblems.Superseded();
        }
    }

    private async Task RecordAsync(Upload upload, List<StoredPart> written)
    {
        if (written.Count > 0 && !await parts.RecordAsync(upload.Key, written, options.Expiry, CancellationToken.None))
            throw UploadProblems.NoSuchUpload(upload.Id);
        metrics.Recorded(written.Count);
        written.Clear();
    }

    private async Task<(Upload Upload, Progress Progress)> ReadAsync(HttpContext context, Guid id)
    {
        var upload = await uploads.FindAsync(id, context.RequestAborted) ?? throw UploadProblems.NoSuchUpload(id);
        return (
            upload, upload.State == UploadState.Complete ? new Progress(0, upload.Size, 0) : await parts.ProgressAsync(upload.Key, context.RequestAborted));
    }

    private async Task<Upload> CompleteIfFullAsync(HttpContext context, Upload upload, Progress progress) =>
        progress.Length == upload.Size ? await completer.CompleteAsync(upload, context.GetMemoryLease(), context.RequestAborted) : upload;

    private static void Check(HttpRequest request, Upload upload, Progress progress, long offset)
    {
        if (offset != progress.Length)
            throw new ProblemException(
                StatusCodes.Status409Conflict,
                "offset-conflict",
                $"Upload-Offset is {offset}; {progress.Length} of {upload.Size} bytes are in. Ask with HEAD and go on from there.");
        if (request.ContentLength > upload.Size - progress.Length)
            throw TooMany(upload);
        var left = (upload.Size - progress.Length + upload.PartSize - 1) / upload.PartSize;
        if (progress.Parts + left > PartLayout.MaxParts)
            throw TooManyPieces();
    }

    /// <summary>Clients go on after these: tus-js-client does after 409 and after every 5xx, and gives up after other 4xx.</summary>
    private static Exception Interrupted(Exception cause, Turns.Turn turn) => cause switch
    {
        _ when turn.Interrupted.IsCancellationRequested => UploadProblems.Superseded(),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } slow => new ProblemException(
            StatusCodes.Status503ServiceUnavailable,
            "body-timeout",
            slow.Message + " What came was kept: ask with HEAD and go on from there.",
            TimeSpan.FromSeconds(1)),
        _ => cause,
    };

    private static ProblemException TooMany(Upload upload) =>
        new(
            StatusCodes.Status413PayloadTooLarge,
            "too-many-bytes",
            $"The upload was begun for {upload.Size} bytes; more came. Begin another one with the right Upload-Length.");

    private static ProblemException TooManyPieces() =>
        new(
            StatusCodes.Status413PayloadTooLarge,
            "too-many-pieces",
            $"The upload came in so many pieces that it can't be completed any more: a file has at most {PartLayout.MaxParts}. "
            + "Begin another one and send more bytes in each request.");
}
