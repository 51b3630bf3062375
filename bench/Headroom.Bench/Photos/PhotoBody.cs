using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Headroom.Bench.Photos;

/// <summary>A request body over bytes that all requests share: nothing is copied for one more client.</summary>
internal sealed class PhotoBody : HttpContent
{
    private PhotoBody(string contentType, params ReadOnlyMemory<byte>[] pieces)
    {
        Pieces = pieces;
        Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
    }

    /// <summary>The body's bytes, in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces { get; }

    public long Length => Pieces.Sum(piece => (long)piece.Length);

    /// <param name="field">The name of the multipart field.</param>
    public static PhotoBody Create(BodyKind kind, ReadOnlyMemory<byte> photo, string field)
    {
        if (kind == BodyKind.Raw)
            return new PhotoBody("image/jpeg", photo);
        const string boundary = "headroom-bench-7f0a5c1e";
        var head = $"--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"photo.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n";
        var tail = $"\r\n--{boundary}--\r\n";
        return new PhotoBody($"multipart/form-data; boundary={boundary}", Encoding.ASCII.GetBytes(head), photo, Encoding.ASCII.GetBytes(tail));
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var piece in Pieces)
            await stream.WriteAsync(piece, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = Length;
        return true;
    }
}
