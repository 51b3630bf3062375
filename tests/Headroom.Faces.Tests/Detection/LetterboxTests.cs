using Headroom.Faces.Detection;

namespace Headroom.Faces.Tests.Detection;

public sealed class LetterboxTests
{
    [Fact]
    public void An_image_of_the_right_size_is_taken_as_it_is_in_three_planes()
    {
        var pixels = Pixels(8, 8, (x, y, c) => (byte)((c * 80) + (y * 8) + x));
        var planes = new float[3 * 8 * 8];

        Assert.Equal(1, Letterbox.Fill(pixels, 8, 8, planes, 8, 8));

        for (var c = 0; c < 3; c++)
        {
            for (var i = 0; i < 64; i++)
                Assert.Equal((c * 80) + i, planes[(c * 64) + i]);
        }
    }

    [Theory]
    [InlineData(20, 10, 8, 8, 8, 4)]
    [InlineData(10, 20, 8, 8, 4, 8)]
    [InlineData(20, 20, 8, 4, 4, 4)]
    [InlineData(3, 2, 12, 12, 12, 8)]
    [InlineData(1000, 1, 8, 8, 8, 0)]
    [InlineData(1, 1, 8, 8, 8, 8)]
    public void The_image_lies_top_left_and_the_rest_is_black(int width, int height, int side, int within, int columns, int rows)
    {
        var planes = new float[3 * side * side];
        Array.Fill(planes, 7);

        var factor = Letterbox.Fill(Pixels(width, height, (_, _, _) => 200), width, height, planes, side, within);

        Assert.Equal(Math.Max(width, height) / (float)within, factor);
        for (var i = 0; i < planes.Length; i++)
            Assert.Equal(i % side < columns && i / side % side < rows ? 200 : 0, planes[i]);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(40)]
    [InlineData(24)]
    [InlineData(100)]
    public void A_place_found_in_the_input_is_the_same_place_in_the_image(int width)
    {
        // Each pixel's colour is the place of its middle.
        var planes = new float[3 * 32 * 32];

        var factor = Letterbox.Fill(Pixels(width, width, (x, y, c) => (byte)(c == 0 ? 2 * x : 2 * y)), width, width, planes, 32, 32);

        for (var i = 2; i < 30; i++)
        {
            Assert.Equal((i + 0.5f) * factor, (planes[(5 * 32) + i] / 2) + 0.5f, 0.01f);
            Assert.Equal((i + 0.5f) * factor, (planes[(32 * 32) + (i * 32) + 5] / 2) + 0.5f, 0.01f);
        }
    }

    private static byte[] Pixels(int width, int height, Func<int, int, int, byte> colour)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = colour(i / 3 % width, i / 3 / width, i % 3);
        return pixels;
    }
}
