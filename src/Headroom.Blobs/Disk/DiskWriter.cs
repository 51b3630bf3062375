using Headroom.Blobs.Files;

namespace Headroom.Blobs.Disk;

/// <summary>Writes a part to a file without a name, and names it when it is on the device.</summary>
internal sealed class DiskWriter(ScratchFile file, StretchWriter output, string target, long offset, long maxBytes, Flusher flusher, Action leave)
    : BlobWriter(target, maxBytes)
{
    private readonly string _target = target;
    private Action? _leave = leave;

    protected override Memory<byte> GetSpace(int count) => output.GetMemory(count);

    protected override ValueTask TakeAsync(int count) => output.AdvanceAsync(count);

    protected override async Task<BlobPart> PublishAsync(bool last, CancellationToken cancellationToken)
    {
        await output.SettleAsync().ConfigureAwait(false);
        await flusher.RunAsync(Publish, cancellationToken).ConfigureAwait(false);
        return new BlobPart(offset, Written, "");
    }

    protected override async ValueTask ReleaseAsync()
    {
        await output.DisposeAsync().ConfigureAwait(false);
        file.Dispose();
        Interlocked.Exchange(ref _leave, null)?.Invoke();
    }

    private void Publish()
    {
        output.Finish();
        file.Publish(_target, Written);
    }
}
