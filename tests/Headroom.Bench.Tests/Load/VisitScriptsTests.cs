using System.Text;
using Headroom.Bench.Load;

namespace Headroom.Bench.Tests.Load;

public sealed class VisitScriptsTests
{
    private const int LargestPhoto = 10 * 1024 * 1024;

    private static readonly byte[] Photo = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];

    private readonly VisitScripts _scripts = new(new MixPlan(new Uri("http://127.0.0.1:8080/api/clock"), "key", "photo.jpg", "E-1"), Photo);

    [Theory]
    [InlineData(nameof(VisitKind.Good))]
    [InlineData(nameof(VisitKind.Garbage))]
    [InlineData(nameof(VisitKind.TooLong))]
    public void What_is_declared_is_sent(string kind) => Assert.Equal(Declared(Kind(kind)), Sent(Kind(kind)));

    [Theory]
    [InlineData(nameof(VisitKind.Leave))]
    [InlineData(nameof(VisitKind.Stall))]
    public void Some_send_less_than_they_declare(string kind) => Assert.InRange(Sent(Kind(kind)), 1, Declared(Kind(kind)) - 1);

    [Fact]
    public void Bodies_that_are_too_long_are()
    {
        Assert.True(Declared(VisitKind.TooLong) > LargestPhoto);
        Assert.True(Sent(VisitKind.TooLongChunked) > LargestPhoto);
    }

    [Fact]
    public void A_chunked_body_is_well_formed()
    {
        var all = _scripts[VisitKind.TooLongChunked].Pieces.SelectMany(piece => piece.ToArray()).ToArray();
        var answer = HttpAnswer.TryParse(
            [.. "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. all.AsSpan(all.AsSpan().IndexOf("\r\n\r\n"u8) + 4)]);
        Assert.True(answer!.Body.Length > LargestPhoto);
    }

    [Fact]
    public void A_photo_is_sent_slowly_in_small_pieces()
    {
        var script = _scripts[VisitKind.Trickle];
        Assert.True(script.Pause > TimeSpan.Zero);
        Assert.All(script.Pieces, piece => Assert.InRange(piece.Length, 1, 1024));
        Assert.Equal(Photo, script.Pieces.Skip(2).SelectMany(piece => piece.ToArray()));
    }

    [Theory]
    [InlineData(nameof(VisitKind.Leave))]
    [InlineData(nameof(VisitKind.Stall))]
    [InlineData(nameof(VisitKind.Trickle))]
    public void Who_fails_later_begins_as_a_good_one(string kind)
    {
        var good = _scripts[VisitKind.Good].Pieces.SelectMany(piece => piece.ToArray()).ToArray();
        var begun = _scripts[Kind(kind)].Pieces.SelectMany(piece => piece.ToArray()).ToArray();
        Assert.Equal(good[..begun.Length], begun);
    }

    [Fact]
    public void A_request_carries_the_key() => Assert.Contains("\r\nAuthorization: Bearer key\r\n", Head(VisitKind.Good), StringComparison.Ordinal);

    [Fact]
    public void A_request_without_a_photo_is_a_head() => Assert.Contains(
        "Content-Length: 0",
        Encoding.ASCII.GetString(
            Assert.Single(new VisitScripts(new MixPlan(new Uri("http://127.0.0.1:1/run"), null, null, null), default)[VisitKind.Good].Pieces).Span),
        StringComparison.Ordinal);

    private static VisitKind Kind(string name) => Enum.Parse<VisitKind>(name);

    private long Sent(VisitKind kind) => _scripts[kind].Pieces.Skip(1).Sum(piece => (long)piece.Length);

    private long Declared(VisitKind kind) =>
        long.Parse(
            Head(kind).Split("\r\n").Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))["Content-Length: ".Length..],
            CultureInfo.InvariantCulture);

    private string Head(VisitKind kind) => Encoding.ASCII.GetString(_scripts[kind].Pieces[0].Span);
}
