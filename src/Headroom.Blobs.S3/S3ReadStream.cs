using Amazon.S3.Model;

namespace Headroom.Blobs.S3;

/// <summary>Reads an object, and asks for the rest when the connection breaks or stalls.</summary>
internal sealed class S3ReadStream : ForwardStream
{
    private const int MaxAttempts = 4;

    private readonly S3Bucket _bucket;
    private readonly string _name;
    private readonly long _end;
    private readonly string _etag;
    private GetObjectResponse _answer;
    private long _position;
    private int _failures;

    private S3ReadStream(S3Bucket bucket, string name, long offset, GetObjectResponse answer)
    {
        (_bucket, _name, _position, _answer) = (bucket, name, offset, answer);
        (_end, _etag) = (offset + answer.ContentLength, answer.ETag);
    }

    /// <summary>How many bytes are left to read.</summary>
    public long Remaining => _end - _position;

    public static async Task<S3ReadStream> OpenAsync(S3Bucket bucket, string name, long offset, long end, CancellationToken cancellationToken) =>
        await TryOpenAsync(bucket, name, offset, end, cancellationToken).ConfigureAwait(false)
            ?? throw new BlobException(BlobProblem.NotFound, "The object ends before that.");

    /// <returns>Nothing when the object ends before <paramref name="offset"/>.</returns>
    public static async Task<S3ReadStream?> TryOpenAsync(S3Bucket bucket, string name, long offset, long end, CancellationToken cancellationToken) =>
        await bucket.GetAsync(name, offset, end, null, cancellationToken).ConfigureAwait(false) is { } answer
            ? new S3ReadStream(bucket, name, offset, answer)
            : null;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Remaining == 0 || buffer.IsEmpty)
            return 0;
        while (true)
        {
            try
            {
                var read = await _bucket.ReadAsync(
                    _answer.ResponseStream, buffer[..(int)Math.Min(buffer.Length, Remaining)], cancellationToken).ConfigureAwait(false);
                if (read == 0)
                    throw new IOException($"The connection ended {Remaining} bytes early.");
                _position += read;
                _failures = 0;
                return read;
            }
            catch (Exception problem) when (S3Problems.IsTransient(problem))
            {
                if (++_failures == MaxAttempts)
                    throw S3Problems.Translate(problem, "give all of an object");
            }
            await ReopenAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _answer.Dispose();
        base.Dispose(disposing);
    }

    private async Task ReopenAsync(CancellationToken cancellationToken)
    {
        _answer.Dispose();
        // With its ETag, or the rest could be that of another version.
        _answer = await _bucket.GetAsync(_name, _position, _end, _etag, cancellationToken).ConfigureAwait(false)
            ?? throw new BlobException(BlobProblem.Damaged, "An object in S3 became shorter while it was read.");
    }
}
