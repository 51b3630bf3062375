namespace Headroom.Uploads.Tests.Format;

/// <summary>A body that comes in pieces of these sizes, each after a wait, and may fail at its end.</summary>
internal sealed class PiecesStream(byte[] bytes, int[] pieces, Exception? failure = null) : MemoryStream(bytes, writable: false)
{
    private int _reads;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (failure is not null && Position == Length)
            throw failure;
        var piece = pieces.Length == 0 ? buffer.Length : Math.Max(1, pieces[_reads++ % pieces.Length]);
        return Read(buffer.Span[..Math.Min(buffer.Length, piece)]);
    }
}
