using System.Text;
using Headroom.Bench.Photos;

namespace Headroom.Bench.Load;

/// <summary>Writes the script of every kind of client, once.</summary>
internal sealed class VisitScripts
{
    private const int PieceBytes = 64 * 1024;
    private const int TooLongPieces = 20 * 1024 * 1024 / PieceBytes;
    private const int TrickleBytes = 1024;
    private const int StallBytes = 64 * 1024;
    private const int GarbageBytes = 256 * 1024;

    private static readonly TimeSpan TricklePause = TimeSpan.FromSeconds(1);

    private readonly MixPlan _plan;
    private readonly Dictionary<VisitKind, VisitScript> _scripts = [];

    /// <param name="plan">Where to, and what a good client sends.</param>
    /// <param name="photo">The bytes of the photo; empty for requests without a body.</param>
    public VisitScripts(MixPlan plan, ReadOnlyMemory<byte> photo)
    {
        _plan = plan;
        if (photo.IsEmpty)
        {
            Add(VisitKind.Good, Head("Content-Length: 0"));
            return;
        }
        var body = PhotoBody.Create(plan.Body, photo, "image");
        var head = Head($"Content-Type: {body.Headers.ContentType}", $"Content-Length: {body.Length}");
        Add(VisitKind.Good, [head, .. body.Pieces]);
        // They all begin as a good one does: what is wrong must not be known before it is seen.
        ReadOnlyMemory<byte>[] beginning = [head, .. body.Pieces.TakeWhile(piece => !piece.Equals(photo))];
        Add(VisitKind.Leave, [.. beginning, photo[..(photo.Length / 2)]]);
        Add(VisitKind.Stall, [.. beginning, photo[..Math.Min(StallBytes, photo.Length / 2)]]);
        _scripts[VisitKind.Trickle] = new VisitScript(VisitKind.Trickle, [.. beginning, .. Cut(photo)], TricklePause);
        AddTooLong();
        AddGarbage();
    }

    public VisitScript this[VisitKind kind] => _scripts[kind];

    private static IEnumerable<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> photo)
    {
        for (var at = 0; at < photo.Length; at += TrickleBytes)
            yield return photo.Slice(at, Math.Min(TrickleBytes, photo.Length - at));
    }

    private void AddTooLong()
    {
        ReadOnlyMemory<byte> filler = new byte[PieceBytes];
        Add(
            VisitKind.TooLong,
            [Head("Content-Type: image/jpeg", $"Content-Length: {(long)TooLongPieces * PieceBytes}"), .. Enumerable.Repeat(filler, TooLongPieces)]);
        ReadOnlyMemory<byte> chunk = (byte[])[.. Ascii($"{PieceBytes:x}\r\n"), .. filler.Span, .. Ascii("\r\n")];
        Add(
            VisitKind.TooLongChunked,
            [Head("Content-Type: image/jpeg", "Transfer-Encoding: chunked"), .. Enumerable.Repeat(chunk, TooLongPieces), Ascii("0\r\n\r\n")]);
    }

    private void AddGarbage()
    {
        var noise = new byte[GarbageBytes];
        new Random(_plan.Seed).NextBytes(noise);
        var body = PhotoBody.Create(_plan.Body, noise, "image");
        Add(VisitKind.Garbage, [Head($"Content-Type: {body.Headers.ContentType}", $"Content-Length: {body.Length}"), .. body.Pieces]);
    }

    private void Add(VisitKind kind, params ReadOnlyMemory<byte>[] pieces) => _scripts[kind] = new VisitScript(kind, pieces);

    private ReadOnlyMemory<byte> Head(params string[] lines)
    {
        string[] all = [
            $"POST {_plan.Address.PathAndQuery} HTTP/1.1", $"Host: {_plan.Address.Authority}",
            .. _plan.Key is null ? Array.Empty<string>() : [$"Authorization: Bearer {_plan.Key}"], .. lines,
        ];
        return Ascii(string.Join("\r\n", all) + "\r\n\r\n");
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
