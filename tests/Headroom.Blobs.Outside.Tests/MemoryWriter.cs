using System.Buffers;

namespace Headroom.Blobs.Outside.Tests;

/// <summary>Gathers a part; publishing hands it over.</summary>
internal sealed class MemoryWriter(string key, long offset, long maxBytes, Action<byte[]> publish, Action leave) : BlobWriter(key, maxBytes)
{
    private readonly ArrayBufferWriter<byte> _content = new();
    private Action? _leave = leave;

    protected override Memory<byte> GetSpace(int count) => _content.GetMemory(count);

    protected override ValueTask TakeAsync(int count)
    {
        _content.Advance(count);
        return ValueTask.CompletedTask;
    }

    protected override Task<BlobPart> PublishAsync(bool last, CancellationToken cancellationToken)
    {
        publish(_content.WrittenSpan.ToArray());
        return Task.FromResult(new BlobPart(offset, Written, ""));
    }

    protected override ValueTask ReleaseAsync()
    {
        Interlocked.Exchange(ref _leave, null)?.Invoke();
        return ValueTask.CompletedTask;
    }
}
