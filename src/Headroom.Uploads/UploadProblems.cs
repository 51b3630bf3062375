using Headroom.AspNetCore.Problems;
using Headroom.Blobs;
using Headroom.Keys;
using Headroom.Web.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Uploads;

/// <summary>What is answered when something can't be done.</summary>
internal sealed class UploadProblems : IProblemMapper
{
    public static ProblemException NoSuchUpload(Guid id) => NoSuchUpload(id.ToString("N"));

    public static ProblemException NoSuchUpload(string? id) =>
        new(
            StatusCodes.Status404NotFound,
            "no-such-upload",
            $"There is no upload '{id}': it was never begun, was removed, has expired, or is somebody else's. Begin a new one.");

    public static ProblemException NoSuchFile(string? id) =>
        new(
            StatusCodes.Status404NotFound,
            "no-such-file",
            $"There is no file '{id}'. GET /api/files lists yours; an upload is a file only when it is complete.");

    public static ProblemException Closed(Guid id) =>
        new(StatusCodes.Status409Conflict, "upload-complete", $"The upload '{id:N}' is complete and takes no more bytes. Begin a new one for other content.");

    /// <summary>Another request took this one's place.</summary>
    public static ProblemException Superseded() =>
        new(StatusCodes.Status409Conflict, "superseded", "The same bytes are being sent by a later request, which counts. Nothing needs to be done.");

    /// <inheritdoc/>
    public ProblemException? Map(Exception failure) => Of(failure);

    /// <summary>What failures of the store, and of stored bytes, mean for who asks; null for others.</summary>
    public static ProblemException? Of(Exception failure) => failure switch
    {
        BlobException { Problem: BlobProblem.NotFound } => new ProblemException(
            StatusCodes.Status404NotFound,
            "no-such-upload",
            "The upload's bytes are gone from the store: it was removed or completed meanwhile. Begin a new one."),
        BlobException { Problem: BlobProblem.Busy } busy => new ProblemException(StatusCodes.Status409Conflict, "part-busy", busy.Message, busy.RetryAfter),
        BlobException { Problem: BlobProblem.Conflict } => new ProblemException(
            StatusCodes.Status409Conflict, "store-conflict", "The store does not have the bytes that were sent. Delete the upload and send it again."),
        BlobException { Problem: BlobProblem.TooLarge } => new ProblemException(
            StatusCodes.Status413PayloadTooLarge, "too-large-for-store", "The store can't hold that many bytes in one piece. Send smaller parts."),
        BlobException { Problem: BlobProblem.Full } full => new ProblemException(
            StatusCodes.Status507InsufficientStorage,
            "store-full",
            "The store has no space left now. Try again later, or have the server's operator make room.",
            full.RetryAfter),
        BlobException { Problem: BlobProblem.Unavailable } later => new ProblemException(
            StatusCodes.Status503ServiceUnavailable,
            "store-unavailable",
            "The store can't be reached or is overloaded. What was acknowledged is safe; send the rest again later.",
            later.RetryAfter),
        BlobException { Problem: BlobProblem.Refused } refused => new ProblemException(
            StatusCodes.Status503ServiceUnavailable,
            "store-refused",
            "The store refuses the server: its settings are wrong. The server's operator finds the reason in the log.",
            refused.RetryAfter),
        BlobException or ContainerException or MasterKeyException => Damaged(),
        _ => null,
    };

    /// <summary>What failures mean for who reads a file: one that is on record is there.</summary>
    public static ProblemException OfFile(Exception failure) =>
        failure is BlobException { Problem: BlobProblem.NotFound } ? Damaged() : Of(failure) ?? Damaged();

    private static ProblemException Damaged() =>
        new(
            StatusCodes.Status500InternalServerError,
            "file-damaged",
            "What is stored is not what was written, or its key is missing. Nothing of it is given out; the server's operator finds the reason in the log.");
}
