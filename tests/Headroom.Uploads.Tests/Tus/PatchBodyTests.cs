using Headroom.Uploads.Tests.Serving;
using Headroom.Uploads.Tus;

namespace Headroom.Uploads.Tests.Tus;

public sealed class PatchBodyTests
{
    [Fact]
    public async Task Bytes_are_cut_without_loss()
    {
        var bytes = Bytes.Of(1000);
        var body = new PatchBody(new MemoryStream(bytes), null, CancellationToken.None);
        var (all, pieces) = (new MemoryStream(), 0);
        for (; await body.AnyAsync(); pieces++)
            await body.Take(300).CopyToAsync(all);

        Assert.Equal(bytes, all.ToArray());
        Assert.Equal(4, pieces);
        Assert.Null(body.Interruption);
    }

    [Fact]
    public async Task An_interruption_is_an_end_and_is_told()
    {
        var body = new PatchBody(new FailingStream(Bytes.Of(100)), null, CancellationToken.None);
        var all = new MemoryStream();

        Assert.True(await body.AnyAsync());
        await body.Take(1000).CopyToAsync(all);

        Assert.Equal(Bytes.Of(100), all.ToArray());
        Assert.IsType<IOException>(body.Interruption);
        Assert.False(await body.AnyAsync());
    }

    [Fact]
    public async Task What_is_cancelled_ends()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var body = new PatchBody(new CancelledStream(), null, stop.Token);

        Assert.False(await body.AnyAsync());
        Assert.IsAssignableFrom<OperationCanceledException>(body.Interruption);
    }

    private sealed class FailingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is var read and > 0 ? read : throw new IOException("The connection is gone.");
    }

    private sealed class CancelledStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(0);
        }
    }
}
