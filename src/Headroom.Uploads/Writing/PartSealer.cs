using Headroom.Data.Blobs;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;
using Headroom.Uploads.Metrics;

namespace Headroom.Uploads.Writing;

/// <summary>Encrypts a part segment by segment while it arrives, and hands each segment on to the store.</summary>
internal sealed class PartSealer(SegmentBuffers buffers, UploadMetrics metrics)
{
    /// <summary>Reads plaintext to its end and writes the encrypted part. It counts once the writer's bytes are committed and recorded.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="number">Number of the part.</param>
    /// <param name="plaintext">What to encrypt.</param>
    /// <param name="writer">Takes it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The attempt, with a key of its own.</returns>
    public async Task<PartAttempt> SealAsync(FileKey key, int number, Stream plaintext, BlobWriter writer, CancellationToken cancellationToken)
    {
        using var buffer = buffers.Rent();
        using var encryptor = new PartEncryptor(key, number);
        await using var encrypted = new PartEncryptingStream(plaintext, encryptor, buffer.Memory);
        await using var store = new BlobWriterStream(writer);
        metrics.BeginReceiving();
        try
        {
            await encrypted.CopyToAsync(store, cancellationToken);
            return encryptor.Attempt;
        }
        finally
        {
            metrics.EndReceiving(encryptor.PlaintextBytes);
        }
    }
}
