using Headroom.Imaging.Tests.Native;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Decoding;

/// <summary>Whoever has had enough of a picture is rid of it soon, in native code too.</summary>
public sealed class CancelledDecodeTests
{
    private const int After = 20_000;

    private readonly ImageDecoder _decoder = new();

    public static TheoryData<string> Kinds => ["baseline", "progressive", "png", "interlaced", "webp"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_codec_gets_little_more_once_it_is_cancelled(string kind)
    {
        var file = Make(kind);
        var header = _decoder.Header(file);
        using var cancellation = new CancellationTokenSource();
        var own = OwnReads(file);
        using var stream = new FaultyStream(file, own + After, cancellation.Cancel);

        Assert.ThrowsAny<OperationCanceledException>(() => _decoder.Decode(stream, header, cancellation.Token));

        // One read of the codec's may be under way.
        Assert.InRange(stream.BytesRead, own + After, own + After + 8192);
        Assert.True(file.Length > After + 16_384, $"A file of {file.Length} bytes shows nothing.");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Our_own_look_at_the_structure_is_cancelled_too(string kind)
    {
        var file = Make(kind);
        var header = _decoder.Header(file);
        using var cancellation = new CancellationTokenSource();
        using var stream = new FaultyStream(file, 0, cancellation.Cancel);

        Assert.ThrowsAny<OperationCanceledException>(() => _decoder.Decode(stream, header, cancellation.Token));

        Assert.True(stream.BytesRead <= 64, $"{stream.BytesRead} bytes were read.");
    }

    [Fact]
    public void Reading_a_header_can_be_cancelled()
    {
        var file = Make("progressive");
        using var cancellation = new CancellationTokenSource();
        using var stream = new FaultyStream(file, 1000, cancellation.Cancel);

        Assert.ThrowsAny<OperationCanceledException>(() => _decoder.ReadHeader(stream, cancellation.Token));
    }

    /// <summary>What our own code reads of a file before the codec does.</summary>
    private int OwnReads(byte[] file)
    {
        using var stream = new FaultyStream(file, int.MaxValue, () => { });
        _decoder.ReadHeader(stream);
        return (int)stream.BytesRead;
    }

    private static byte[] Make(string kind) => kind switch
    {
        "baseline" => Sample.Jpeg(1600, 1200, "Q", "95"),
        "progressive" => Sample.Jpeg(1600, 1200, "Q", "95", "interlace", "true"),
        "png" => Sample.Png(800, 600),
        "interlaced" => Sample.Png(800, 600, "interlace", "true"),
        _ => Sample.Webp(1600, 1200, "Q", "95"),
    };
}
