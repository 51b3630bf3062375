using Headroom.Blobs;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;
using Headroom.Uploads.Metrics;

namespace Headroom.Uploads.Writing;

/// <summary>Encrypts a part segment by segment while it arrives: received, encrypted and written from one place in memory.</summary>
internal sealed class PartSealer(UploadMetrics metrics)
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
        using var encryptor = new PartEncryptor(key, number);
        var body = new BodyEncryptor(plaintext, encryptor);
        metrics.BeginReceiving();
        try
        {
            await writer.WriteAsync(encryptor.Header, cancellationToken);
            while (await body.EncryptAsync(writer.GetMemory(PartLayout.EncryptedSegmentBytes), cancellationToken) is var bytes and > 0)
                await writer.AdvanceAsync(bytes, cancellationToken);
            return encryptor.Attempt;
        }
        finally
        {
            metrics.EndReceiving(encryptor.PlaintextBytes);
        }
    }
}
