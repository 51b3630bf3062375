using System.Numerics.Tensors;
using Headroom.Buffers;
using Headroom.Faces.Recognition;
using Headroom.Faces.Tests.Samples;
using Headroom.Imaging;

namespace Headroom.Faces.Tests.Recognition;

public sealed class FaceRecognitionTests(FaceFixture faces)
{
    private const string Portrait = "labeled_face/tara sanford/joshua-rondeau--Cy8xsGVbMg-unsplash.jpg";

    /// <summary>The part of the face's own size that is left around it on each side.</summary>
    [Theory]
    [InlineData(0.25)]
    [InlineData(0.1)]
    [InlineData(0.02)]
    public async Task A_face_that_fills_the_frame_is_found(double margin)
    {
        var reading = await faces.ReadAsync(Around(margin));

        Assert.Equal(FaceFinding.OneFace, reading.Finding);
        Assert.InRange(Cosine(reading, faces.Readings[IndexOf(Portrait)]), 0.8f, 1.001f);
    }

    [Fact]
    public async Task A_face_that_is_cut_off_on_all_sides_is_found_at_the_second_smaller_look()
    {
        var reading = await faces.ReadAsync(Around(-0.2));

        Assert.Equal(FaceFinding.OneFace, reading.Finding);
    }

    [Fact]
    public async Task A_black_picture_shows_no_face() => await ShowsNoFace(new byte[640 * 480 * 3]);

    [Fact]
    public async Task Noise_shows_no_face()
    {
        var noise = new byte[640 * 480 * 3];
        new Random(11).NextBytes(noise);
        await ShowsNoFace(noise);
    }

    [Fact]
    public async Task A_tiny_face_is_found_and_said_to_be_too_small()
    {
        var reading = await faces.ReadAsync(PhotoFiles.Smaller(Portrait, 10));

        Assert.Equal(FaceFinding.TooSmall, reading.Finding);
        Assert.Null(reading.Vector);
        Assert.InRange(Assert.Single(reading.Faces).Box.Width, 15, faces.Options.MinFace);
    }

    [Fact]
    public async Task A_photo_stored_sideways_gives_the_same_face()
    {
        var upright = faces.Readings[IndexOf(Portrait)];

        var reading = await faces.ReadAsync(PhotoFiles.StoredSideways(Portrait));

        Assert.Equal(FaceFinding.OneFace, reading.Finding);
        Assert.InRange(reading.Faces[0].Box.Overlap(upright.Faces[0].Box), 0.95f, 1.001f);
        Assert.InRange(Cosine(reading, upright), 0.95f, 1.001f);
    }

    [Fact]
    public async Task The_same_photo_read_by_many_at_once_gives_the_same_vector()
    {
        var index = IndexOf(Portrait);
        var file = PhotoFiles.Read(Portrait);

        var readings = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => faces.ReadAsync(file))));

        Assert.All(readings, r => Assert.InRange(Cosine(r, faces.Readings[index]), 0.999f, 1.001f));
    }

    [Fact]
    public async Task Memory_is_given_back_whatever_the_photo_is()
    {
        await faces.ReadAsync(PhotoFiles.Read(Portrait));
        await Assert.ThrowsAsync<ImageException>(() => faces.ReadAsync("no image"u8.ToArray()));
        await Assert.ThrowsAsync<ImageException>(() => faces.ReadAsync(PhotoFiles.Read(Portrait)[..20_000]));

        Assert.Equal(ByteSize.Zero, faces.Bodies.GetStatus().Leased);
        Assert.Equal(ByteSize.Zero, faces.Images.GetStatus().Leased);
        Assert.Equal(0, faces.Segments.Rented);
    }

    [Fact]
    public async Task The_file_is_not_needed_once_the_photo_is_decoded()
    {
        var file = PhotoFiles.Read(Portrait);
        using var models = await faces.Recognition.AcquireModelsAsync(TestContext.Current.CancellationToken);
        using var lease = await faces.Bodies.AcquireAsync(SegmentPool.Round(file.Length));
        using var body = faces.Body(file);

        using (var decoded = await faces.Decoder.DecodeAsync(body, lease, TestContext.Current.CancellationToken))
        {
            Assert.NotEqual(0, lease.Bytes);
            body.Dispose();
            lease.ShrinkTo(0);
            Assert.NotEqual(ByteSize.Zero, faces.Images.GetStatus().Leased);
            Assert.NotNull((await faces.Recognition.EmbedAsync(decoded.Image, models, TestContext.Current.CancellationToken)).Vector);
        }

        Assert.Equal(ByteSize.Zero, faces.Images.GetStatus().Leased);
    }

    private async Task ShowsNoFace(byte[] pixels)
    {
        var reading = await faces.ReadAsync(PngFile.Write(640, 480, pixels));

        Assert.Equal(FaceFinding.NoFace, reading.Finding);
        Assert.Empty(reading.Faces);
        Assert.Null(reading.Vector);
    }

    private static byte[] Around(double margin)
    {
        var box = Reference.Measured.Photos[IndexOf(Portrait)].Largest.Box;
        var (x, y) = ((box[2] - box[0]) * margin, (box[3] - box[1]) * margin);
        return PhotoFiles.Crop(Portrait, (int)(box[0] - x), (int)(box[1] - y), (int)(box[2] + x), (int)(box[3] + y));
    }

    private static int IndexOf(string photo) => Enumerable.Range(0, Reference.Measured.Photos.Count).Single(i => Reference.Measured.Photos[i].Photo == photo);

    private static float Cosine(FaceReading one, FaceReading other) => TensorPrimitives.Dot<float>(one.Vector, other.Vector);

    [Fact]
    public async Task While_memory_is_short_a_run_is_leased_and_nothing_is_kept_for_the_next()
    {
        await faces.ReadAsync(PhotoFiles.Read(Portrait));
        Assert.Empty(faces.LeasedForRun);

        faces.MemoryIsShort = true;
        try
        {
            await faces.ReadAsync(PhotoFiles.Read(Portrait));
        }
        finally
        {
            faces.MemoryIsShort = false;
        }

        Assert.InRange(Assert.Single(faces.LeasedForRun).Megabytes, 28, 48);
        Assert.Equal(ByteSize.Zero, faces.Images.GetStatus().Leased);
    }
}
