using Headroom.Blobs;
using Headroom.Budget;
using Headroom.Buffers;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;
using Headroom.Uploads.Metrics;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;

namespace Headroom.Uploads.Files;

/// <summary>Decrypts stretches of files while they are sent. A segment is given on only when all of it was verified.</summary>
internal sealed class FileSender(IBlobStore store, UploadSecrets secrets, PageBuffers segments, UploadMemory memory, UploadMetrics metrics)
{
    /// <summary>Sends a stretch of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Which bytes; inside the file.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="held">The lease that the request holds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ContainerException">What is stored is not what was written; everything before it was sent.</exception>
    public async Task SendAsync(Upload file, PlaintextRange range, Stream destination, MemoryLease held, CancellationToken cancellationToken)
    {
        metrics.BeginSending();
        try
        {
            await SendSlicesAsync(file, range, destination, held, cancellationToken);
        }
        finally
        {
            metrics.EndSending();
        }
    }

    private async Task SendSlicesAsync(Upload file, PlaintextRange range, Stream destination, MemoryLease held, CancellationToken cancellationToken)
    {
        using var more = await memory.ForSendingAsync(held, file.ManifestBytes, cancellationToken);
        using var key = secrets.Open(file);
        var manifest = await ReadManifestAsync(file, key, cancellationToken);
        var slices = manifest.Map.Slices(range).ToList();
        if (slices.Count == 0)
            return;
        using var buffer = segments.Rent();
        // Slices follow each other in the store, so one read serves them all.
        await using var encrypted = await store.OpenReadAsync(file.ObjectKey, slices[0].OffsetInFile, slices.Sum(s => s.EncryptedBytes), cancellationToken);
        foreach (var slice in slices)
        {
            using var decryptor = new PartDecryptor(key, manifest.Part(slice.PartNumber));
            await using var plaintext = new PartDecryptingStream(encrypted, decryptor, slice, buffer.Memory);
            await plaintext.CopyToAsync(destination, cancellationToken);
            metrics.Sent(slice.Length);
        }
    }

    private async Task<Manifest> ReadManifestAsync(Upload file, FileKey key, CancellationToken cancellationToken)
    {
        var bytes = new byte[file.ManifestBytes];
        await using (var stored = await store.OpenReadAsync(file.ManifestKey, 0, null, cancellationToken))
        {
            if (await stored.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken) < bytes.Length)
                throw new ContainerException(ContainerProblem.Truncated, $"The manifest of file {file.Id} ends too early. Restore it from a copy.");
        }
        var sealedManifest = bytes.AsSpan(KeyRecord.Bytes);
        if (!Manifest.Fingerprint(sealedManifest).SequenceEqual(file.Fingerprint))
            throw new ContainerException(
                ContainerProblem.Damaged, $"The manifest of file {file.Id} is not the one that was written last. Restore it from a copy.");
        var manifest = Manifest.Open(key, sealedManifest);
        return manifest.Length == file.Size
            ? manifest
            : throw new ContainerException(
                ContainerProblem.Damaged, $"The manifest of file {file.Id} has {manifest.Length} bytes, the record {file.Size}. Restore them from copies.");
    }
}
