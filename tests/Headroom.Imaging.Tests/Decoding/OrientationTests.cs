using Headroom.Imaging.Decoding;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Decoding;

public sealed class OrientationTests
{
    // Four coloured quarters of 96 × 64: red, green / blue, white.
    private const int Width = 96;
    private const int Height = 64;
    private readonly ImageDecoder _decoder = new();

    [Theory]
    [InlineData(1, "RG/BW")]
    [InlineData(2, "GR/WB")]
    [InlineData(3, "WB/GR")]
    [InlineData(4, "BW/RG")]
    [InlineData(5, "RB/GW")]
    [InlineData(6, "BR/WG")]
    [InlineData(7, "WG/BR")]
    [InlineData(8, "GW/RB")]
    public void Pixels_land_where_the_orientation_says(int orientation, string quarters)
    {
        var jpeg = Sample.WithOrientation(Sample.File(Sample.Rgb(Quarters(), Width, Height), "jpegsave", "Q", "95", "subsample_mode", "off"), orientation);
        using var image = _decoder.Decode(jpeg);
        var size = orientation >= 5 ? (Height, Width) : (Width, Height);
        Assert.Equal(size, (image.Width, image.Height));
        Assert.Equal(size, (image.SourceWidth, image.SourceHeight));
        Assert.Equal(quarters, Describe(image));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(255)]
    public void An_orientation_that_does_not_exist_is_upright(int orientation)
    {
        using var image = _decoder.Decode(Sample.WithOrientation(Sample.Jpeg(Width, Height), orientation));
        Assert.Equal((Width, Height), (image.Width, image.Height));
    }

    [Fact]
    public void Every_layout_places_every_pixel_exactly_once()
    {
        var stored = new byte[7 * 5 * 3];
        for (var i = 0; i < stored.Length; i++)
            stored[i] = (byte)(i + 1);
        for (var orientation = 1; orientation <= 8; orientation++)
        {
            var upright = new byte[stored.Length];
            new UprightLayout(orientation, 7, 5).Place(stored, 0, upright);
            Assert.Equal(stored, upright.Order());
        }
    }

    [Fact]
    public void A_turned_and_reduced_picture_is_the_reduced_picture_turned()
    {
        var jpeg = Sample.Jpeg(2500, 1700);
        using var upright = _decoder.Decode(jpeg);
        using var turned = _decoder.Decode(Sample.WithOrientation(jpeg, 6));
        Assert.Equal((upright.Width, upright.Height), (turned.Height, turned.Width));
        var expected = new byte[upright.Pixels.Length];
        new UprightLayout(6, upright.Width, upright.Height).Place(upright.Pixels, 0, expected);
        Assert.True(turned.Pixels.SequenceEqual(expected));
    }

    private static byte[] Quarters()
    {
        var pixels = new byte[Width * Height * 3];
        for (var i = 0; i < Width * Height; i++)
        {
            var (right, down) = (i % Width >= Width / 2, i / Width >= Height / 2);
            pixels[i * 3] = (byte)(right == down ? 255 : 0);
            pixels[(i * 3) + 1] = (byte)(right ? 255 : 0);
            pixels[(i * 3) + 2] = (byte)(down ? 255 : 0);
        }

        return pixels;
    }

    private static string Describe(RgbImage image)
    {
        var (left, right, top, bottom) = (image.Width / 4, image.Width * 3 / 4, image.Height / 4, image.Height * 3 / 4);
        return $"{Colour(image, left, top)}{Colour(image, right, top)}/{Colour(image, left, bottom)}{Colour(image, right, bottom)}";
    }

    private static char Colour(RgbImage image, int x, int y)
    {
        var pixel = image.Pixels.Slice(((y * image.Width) + x) * 3, 3);
        return (pixel[0] > 128, pixel[1] > 128, pixel[2] > 128) switch
        {
            (true, false, false) => 'R',
            (false, true, false) => 'G',
            (false, false, true) => 'B',
            (true, true, true) => 'W',
            _ => '?',
        };
    }
}
