using Headroom.AspNetCore.Problems;
using Headroom.Blobs;
using Headroom.Budget;
using Headroom.Uploads.Format;
using Headroom.Uploads.Metrics;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;
using Microsoft.AspNetCore.Http;

namespace Headroom.Uploads.Completing;

/// <summary>
/// Makes a file of an upload whose parts are all in. Each step can be repeated, and a restart goes on where it stopped:
/// closed to further parts, put together in the store, manifest stored, recorded as a file.
/// </summary>
internal sealed class UploadCompleter(
    UploadStore uploads,
    PartStore parts,
    IBlobStore store,
    UploadSecrets secrets,
    UploadMemory memory,
    UploadMetrics metrics)
{
    /// <summary>Completes, or says what is missing. One call at a time for each upload.</summary>
    /// <param name="upload">The upload, as it was read.</param>
    /// <param name="held">The lease that the request holds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ProblemException">Parts are missing, or the upload is gone.</exception>
    public async Task<Upload> CompleteAsync(Upload upload, MemoryLease held, CancellationToken cancellationToken)
    {
        if (upload.State == UploadState.Complete)
            return upload;
        if (!await parts.TryCloseAsync(upload, cancellationToken))
            return await uploads.FindAsync(upload.Id, cancellationToken) is { State: UploadState.Complete } file
                ? file
                : throw await MissingAsync(upload, cancellationToken);

        var count = (await parts.ProgressAsync(upload.Key, cancellationToken)).Parts;
        using var more = await memory.ForCompletingAsync(held, count, cancellationToken);
        var stored = await parts.ListAsync(upload.Key, cancellationToken);
        var (manifest, fingerprint) = Seal(upload, stored);
        // Neither means anything before it is recorded, so they can wait for the device together.
        await Task.WhenAll(PutTogetherAsync(upload, stored, cancellationToken), store.PutAsync(upload.ManifestKey, manifest, cancellationToken));
        var completedAt = await uploads.FinishAsync(upload.Key, fingerprint, manifest.Length, cancellationToken)
            ?? throw UploadProblems.NoSuchUpload(upload.Id);
        metrics.Completed();
        return upload with { State = UploadState.Complete, CompletedAt = completedAt, Fingerprint = fingerprint, ManifestBytes = manifest.Length };
    }

    private async Task PutTogetherAsync(Upload upload, IReadOnlyList<StoredPart> stored, CancellationToken cancellationToken)
    {
        if (stored.Count == 0)
            return;
        try
        {
            await store.CompleteAsync(upload.Blob, [.. stored.Select(p => p.Blob)], cancellationToken);
        }
        catch (BlobException problem) when (problem.Problem == BlobProblem.Conflict)
        {
            var lost = await FindLostAsync(upload, stored, cancellationToken);
            if (lost.Count == 0)
                throw;
            await parts.ReopenAsync(upload.Key, lost, cancellationToken);
            throw await MissingAsync(upload, cancellationToken);
        }
    }

    /// <summary>What is on record and not in the store. Of appended bytes everything behind the first of it is lost, too.</summary>
    private async Task<List<int>> FindLostAsync(Upload upload, IReadOnlyList<StoredPart> stored, CancellationToken cancellationToken)
    {
        var there = new Dictionary<long, BlobPart>();
        await foreach (var part in store.ListPartsAsync(upload.Blob, cancellationToken))
            there[part.Offset] = part;
        var lost = stored
            .Where(p => !there.TryGetValue(p.Blob.Offset, out var found) || found.Length != p.Blob.Length || (found.Tag.Length > 0 && found.Tag != p.Blob.Tag))
            .Select(p => p.Attempt.Number)
            .ToList();
        return upload.Kind == UploadKind.Parts || lost.Count == 0 ? lost : [.. stored.Select(p => p.Attempt.Number).Where(n => n >= lost[0])];
    }

    /// <summary>The object beside the bytes: the file's wrapped key, then the manifest. With the master key it is all that reading the file takes.</summary>
    private (byte[] Manifest, byte[] Fingerprint) Seal(Upload upload, IReadOnlyList<StoredPart> stored)
    {
        using var key = secrets.Open(upload);
        var text = Manifest.Open(key, upload.Description);
        var manifest = Manifest.Create(text.Name, text.ContentType, [.. stored.Select(p => p.Attempt)]);
        var bytes = new byte[upload.WrappedKey.Length + manifest.SealedBytes];
        upload.WrappedKey.CopyTo(bytes, 0);
        var sealedManifest = bytes.AsSpan(upload.WrappedKey.Length);
        manifest.Seal(key, sealedManifest);
        return (bytes, Manifest.Fingerprint(sealedManifest).ToArray());
    }

    private async Task<ProblemException> MissingAsync(Upload upload, CancellationToken cancellationToken)
    {
        var progress = await parts.ProgressAsync(upload.Key, cancellationToken);
        if (upload.Kind == UploadKind.Tus)
            return new ProblemException(
                StatusCodes.Status409Conflict,
                "parts-missing",
                $"{progress.Length} of {upload.Size} bytes are in. Ask where to go on with HEAD, and send the rest.");
        var there = (await parts.NumbersAsync(upload.Key, cancellationToken)).ToHashSet();
        var missing = Enumerable.Range(1, upload.PartCount).Where(n => !there.Contains(n)).Take(10).ToList();
        return missing.Count == 0
            ? UploadProblems.NoSuchUpload(upload.Id)
            : new ProblemException(
                StatusCodes.Status409Conflict,
                "parts-missing",
                $"{upload.PartCount - there.Count} of {upload.PartCount} parts are not in: "
                + $"{string.Join(", ", missing)}{(upload.PartCount - there.Count > missing.Count ? ", …" : "")}. "
                + "Send them, then complete again.");
    }
}
