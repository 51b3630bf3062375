using Headroom.AspNetCore.Problems;
using Headroom.Budget;
using Headroom.Buffers;
using Headroom.Faces.Photos;
using Headroom.Faces.Recognition;
using Headroom.Faces.Tests.Samples;
using Headroom.Imaging;
using Headroom.Reconciling;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.Faces.Tests.Photos;

/// <summary>How long a photo may take, and how many that take long may be decoded at once.</summary>
public sealed class PhotoDecoderTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly SegmentPool _segments = new(ByteSize.Zero);
    private readonly BudgetPool _images;

    public PhotoDecoderTests() =>
        _images = new MemoryBudget(ByteSize.FromMegabytes(512)).AddPool(new BudgetPoolOptions("images", ByteSize.FromMegabytes(256)));

    public void Dispose() => _segments.Dispose();

    [Fact]
    public async Task A_photo_whose_time_is_over_is_given_up_and_everything_is_given_back()
    {
        using var decoder = Decoder(new FacesOptions { DecodeSeconds = 0 });
        using var photo = Photo();

        var refused = await Assert.ThrowsAsync<ProblemException>(() => DecodeAsync(decoder, photo));

        Assert.Equal((422, "decoding-too-slow"), (refused.Status, refused.Type));
        Assert.EndsWith(".", refused.Message);
        Assert.Equal(ByteSize.Zero, _images.GetStatus().Leased);
    }

    [Fact]
    public async Task A_client_that_leaves_is_not_told_that_its_photo_was_slow()
    {
        using var decoder = Decoder(new FacesOptions());
        using var photo = Photo();
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoder.DecodeAsync(photo, default, left.Token));
    }

    [Fact]
    public async Task A_photo_within_its_time_is_decoded()
    {
        using var decoder = Decoder(new FacesOptions());
        using var photo = Photo();

        using var decoded = await DecodeAsync(decoder, photo);

        Assert.True(decoded.Image.Width > 0);
    }

    [Fact]
    public async Task Photos_that_cost_much_leave_a_core_to_the_others_and_wait_only_for_a_moment()
    {
        using var lane = new CostlyPhotos(_time);
        var costly = Header(CostlyPhotos.UsualPasses + 1);
        var token = TestContext.Current.CancellationToken;
        var inside = new List<IDisposable?>();
        for (var i = 0; i < Math.Max(1, Environment.ProcessorCount - 1); i++)
            inside.Add(await lane.EnterAsync(costly, token));

        var (next, last) = (lane.EnterAsync(costly, token).AsTask(), lane.EnterAsync(costly, token).AsTask());
        Assert.Null(await lane.EnterAsync(Header(CostlyPhotos.UsualPasses), token));
        Assert.False(next.IsCompleted);
        inside[0]!.Dispose();
        inside[0] = await next;
        _time.Advance(CostlyPhotos.Patience);

        var refused = await Assert.ThrowsAsync<ProblemException>(() => last);
        Assert.Equal((503, "decoding-busy"), (refused.Status, refused.Type));
        Assert.NotNull(refused.RetryAfter);
        Assert.All(inside, Assert.NotNull);
        inside.ForEach(place => place!.Dispose());
    }

    private static ImageHeader Header(long passes) => new(ImageFormat.Png, 1, 1, 1, false, 0, 3, 0, passes, 100);

    private PhotoDecoder Decoder(FacesOptions options) =>
        new(new ImageDecoder(), _images, new WorkObserver(), new RunReserve(ByteSize.Zero, () => false, () => { }), options, _time);

    private static Task<DecodedPhoto> DecodeAsync(PhotoDecoder decoder, SegmentedBuffer photo) =>
        decoder.DecodeAsync(photo, default, TestContext.Current.CancellationToken);

    private SegmentedBuffer Photo()
    {
        var body = new SegmentedBuffer(_segments);
        ReadOnlySpan<byte> file = PngFile.Write(64, 48, new byte[64 * 48 * 3]);
        while (!file.IsEmpty)
        {
            var memory = body.GetMemory().Span;
            var count = Math.Min(memory.Length, file.Length);
            file[..count].CopyTo(memory);
            body.Advance(count);
            file = file[count..];
        }
        return body;
    }
}
