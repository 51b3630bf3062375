using Headroom.Blobs.Files;

namespace Headroom.Blobs.Disk;

/// <summary>Writes a part to a file without a name, and names it when it is on the device.</summary>
internal sealed class DiskWriter(ScratchFile file, StretchWriter output, string target, long offset, long maxBytes, Flusher flusher, Action leave) : BlobWriter(output, target, maxBytes)
{
    private Action? _leave = leave;

    private protected override async Task<BlobPart> PublishAsync(bool last, CancellationToken cancellationToken)
    {
        await flusher.RunAsync(Publish, cancellationToken).ConfigureAwait(false);
        return new BlobPart(offset, Written, "");
    }

    private protected override void Release()
    {
        file.Dispose();
        Interlocked.Exchange(ref _leave, null)?.Invoke();
    }

    private void Publish()
    {
        Output.Finish();
        file.Publish(Target, Written);
    }
}
