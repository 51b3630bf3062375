using System.Numerics;
using Headroom.Faces.Alignment;
using Headroom.Faces.Detection;
using Headroom.Faces.Tests.Samples;

namespace Headroom.Faces.Tests.Alignment;

public sealed class FaceAlignerTests
{
    private const int Side = 112;

    // Where the network wants eyes, nose and mouth.
    private static readonly Vector2[] Template =
    [
        new(38.2946f, 51.6963f),
        new(73.5318f, 51.5014f),
        new(56.0252f, 71.7366f),
        new(41.5493f, 92.3655f),
        new(70.7299f, 92.2041f),
    ];

    private readonly float[] _planes = new float[3 * Side * Side];

    [Fact]
    public void A_face_that_is_in_place_stays_in_place_in_three_planes()
    {
        using var image = PhotoFiles.Image(Side, Side, Gradient());

        Assert.True(FaceAligner.TryAlign(image, Landmarks(p => p), _planes, Side, 127, 128));

        for (var y = 2; y < Side - 2; y++)
        {
            for (var x = 2; x < Side - 2; x++)
                Assert.Equal((x, y, 7), (Math.Round(Colour(0, x, y)), Math.Round(Colour(1, x, y)), Math.Round(Colour(2, x, y))));
        }
    }

    [Fact]
    public void A_turned_face_is_turned_back()
    {
        // Stored a quarter to the right: (x, y) lies at (111 − y, x).
        using var image = PhotoFiles.Image(Side, Side, Gradient((x, y) => (y, Side - 1 - x)));

        Assert.True(FaceAligner.TryAlign(image, Landmarks(p => new Vector2(Side - 1 - p.Y, p.X)), _planes, Side, 127, 128));

        Assert.Equal((30, 80), (Math.Round(Colour(0, 30, 80)), Math.Round(Colour(1, 30, 80))));
    }

    [Fact]
    public void What_lies_outside_the_image_is_black()
    {
        using var image = PhotoFiles.Image(Side, Side, [.. Enumerable.Repeat((byte)255, Side * Side * 3)]);

        Assert.True(FaceAligner.TryAlign(image, Landmarks(p => p + new Vector2(60, 0)), _planes, Side, 0, 1));

        Assert.Equal(255, _planes[(50 * Side) + 20], 1e-2);
        Assert.Equal(0, _planes[(50 * Side) + 60], 1e-2);
    }

    [Theory]
    [InlineData(1e6f)]
    [InlineData(-1e6f)]
    [InlineData(1e20f)]
    public void A_face_far_outside_the_image_is_all_black_or_no_face(float away)
    {
        using var image = PhotoFiles.Image(8, 8, [.. Enumerable.Repeat((byte)255, 8 * 8 * 3)]);

        if (FaceAligner.TryAlign(image, Landmarks(p => p + new Vector2(away, away)), _planes, Side, 0, 1))
            Assert.All(_planes, v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Points_that_are_no_face_are_refused(float factor)
    {
        using var image = PhotoFiles.Image(8, 8, new byte[8 * 8 * 3]);

        Assert.False(FaceAligner.TryAlign(image, Landmarks(p => p * factor), _planes, Side, 127, 128));
    }

    [Fact]
    public void Another_input_size_scales_the_template()
    {
        using var image = PhotoFiles.Image(Side, Side, Gradient());
        var planes = new float[3 * 224 * 224];

        Assert.True(FaceAligner.TryAlign(image, Landmarks(p => p), planes, 224, 0, 1));

        Assert.Equal(50, planes[(120 * 224) + 100], 0.6);
        Assert.Equal(60, planes[(224 * 224) + (120 * 224) + 100], 0.6);
    }

    private double Colour(int plane, int x, int y) => (_planes[(plane * Side * Side) + (y * Side) + x] * 128) + 127;

    /// <summary>Red tells the column, green the row, blue is 7.</summary>
    private static byte[] Gradient(Func<int, int, (int X, int Y)>? from = null)
    {
        var pixels = new byte[Side * Side * 3];
        for (var i = 0; i < Side * Side; i++)
        {
            var (x, y) = from?.Invoke(i % Side, i / Side) ?? (i % Side, i / Side);
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = ((byte)x, (byte)y, 7);
        }
        return pixels;
    }

    private static FaceLandmarks Landmarks(Func<Vector2, Vector2> move)
    {
        var landmarks = default(FaceLandmarks);
        for (var i = 0; i < FaceLandmarks.Count; i++)
            landmarks[i] = move(Template[i]);
        return landmarks;
    }
}
