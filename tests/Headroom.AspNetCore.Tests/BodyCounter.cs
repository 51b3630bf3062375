using Microsoft.AspNetCore.Http;

namespace Headroom.AspNetCore.Tests;

/// <summary>Stands between the server and everything else and counts what is read of bodies.</summary>
internal sealed class BodyCounter
{
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.Body = new Counted(context.Request.Body, this);
        return next(context);
    }

    private sealed class Counted(Stream inner, BodyCounter counter) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            Interlocked.Add(ref counter._bytes, count);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
