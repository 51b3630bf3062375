using Headroom.AspNetCore.Problems;
using Headroom.Blobs;
using Headroom.Uploads.Format;
using Headroom.Uploads.Metrics;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;
using Microsoft.AspNetCore.Http;

namespace Headroom.Uploads.Parts;

/// <summary>
/// Takes one attempt at a part: encrypted while it arrives, made durable, recorded, and only then acknowledged. A later
/// attempt at the same part replaces this one, whether it is through or not.
/// </summary>
internal sealed class PartReceiver(
    PartStore parts,
    IBlobStore store,
    UploadSecrets secrets,
    PartSealer sealer,
    Turns turns,
    UploadMetrics metrics,
    UploadOptions options)
{
    /// <summary>Receives the request's body as a part.</summary>
    /// <exception cref="ProblemException">The number or the length is not one of this upload's, or it takes no more parts.</exception>
    public async Task ReceiveAsync(HttpContext context, Upload upload, int number)
    {
        if (upload.State != UploadState.Open)
            throw UploadProblems.Closed(upload.Id);
        if (number < 1 || number > upload.PartCount)
            throw new ProblemException(
                StatusCodes.Status400BadRequest,
                "no-such-part",
                $"Part {number} is none of this upload: {upload.Size} bytes in parts of {upload.PartSize} make {upload.PartCount}, counted from 1.");
        var expected = upload.PartLength(number);
        if (context.Request.ContentLength is { } length && length != expected)
            throw WrongSize(number, expected, $"{length} bytes");

        using var turn = await turns.TakeAsync(upload.Id, number, context.RequestAborted);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, turn.Interrupted);
        try
        {
            await ReceiveAsync(context.Request.Body, upload, number, expected, stop.Token);
        }
        catch (OperationCanceledException) when (turn.Interrupted.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw UploadProblems.Superseded();
        }
    }

    private async Task ReceiveAsync(Stream body, Upload upload, int number, long expected, CancellationToken cancellationToken)
    {
        await using var writer = await store.OpenWriteAsync(
            upload.Blob, (number - 1) * upload.StorePartBytes, PartLayout.EncryptedBytes(expected), cancellationToken);
        var attempt = await SealAsync(body, upload, number, expected, writer, cancellationToken);
        if (attempt.Length != expected)
            throw WrongSize(number, expected, $"{attempt.Length} bytes");

        // Nothing below is cancelled: between committing and recording nobody could tell which attempt the store has.
        if (!await parts.WithdrawAsync(upload.Key, number, CancellationToken.None))
            throw UploadProblems.Closed(upload.Id);
        var blob = await writer.CommitAsync(last: number == upload.PartCount, CancellationToken.None);
        if (!await parts.RecordAsync(upload.Key, [new StoredPart(attempt, blob)], options.Expiry, CancellationToken.None))
            throw UploadProblems.Closed(upload.Id);
        metrics.Recorded(1);
    }

    private async Task<PartAttempt> SealAsync(Stream body, Upload upload, int number, long expected, BlobWriter writer, CancellationToken cancellationToken)
    {
        using var key = secrets.Open(upload);
        try
        {
            return await sealer.SealAsync(key, number, body, writer, cancellationToken);
        }
        catch (BlobException problem) when (problem.Problem == BlobProblem.TooLarge)
        {
            throw WrongSize(number, expected, "more");
        }
    }

    private static ProblemException WrongSize(int number, long expected, string came) =>
        new(
            StatusCodes.Status400BadRequest,
            "wrong-part-size",
            $"Part {number} has {expected} bytes by the size that was declared; {came} came. Nothing of them was kept: "
            + "send the right part, or begin an upload with the right size.");
}
