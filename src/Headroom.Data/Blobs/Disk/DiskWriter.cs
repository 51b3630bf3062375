using Headroom.Data.Blobs.Files;

namespace Headroom.Data.Blobs.Disk;

/// <summary>Writes a part to a file without a name, and names it when it is on the device.</summary>
internal sealed class DiskWriter(ScratchFile file, string target, long offset, long maxBytes, Flusher flusher, Action leave) : BlobWriter(maxBytes)
{
    private Action? _leave = leave;

    private protected override ValueTask WriteAsync(long position, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        file.WriteAsync(position, content, cancellationToken);

    private protected override async Task<BlobPart> PublishAsync(bool last, CancellationToken cancellationToken)
    {
        await file.SettleAsync().ConfigureAwait(false);
        await flusher.RunAsync(() => file.Publish(target, Written), cancellationToken).ConfigureAwait(false);
        return new BlobPart(offset, Written, "");
    }

    private protected override ValueTask ReleaseAsync()
    {
        file.Dispose();
        Interlocked.Exchange(ref _leave, null)?.Invoke();
        return ValueTask.CompletedTask;
    }
}
