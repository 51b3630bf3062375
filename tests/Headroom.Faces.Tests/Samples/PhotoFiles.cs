using System.Reflection;
using Headroom.Imaging;

namespace Headroom.Faces.Tests.Samples;

/// <summary>The photos that the build restores, and pictures made from them.</summary>
internal static class PhotoFiles
{
    private static readonly string Root = typeof(PhotoFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Photos").Value!;

    public static byte[] Read(string photo) => File.ReadAllBytes(Path.Combine(Root, photo));

    /// <summary>Decodes without making it smaller.</summary>
    public static RgbImage Decode(byte[] file, int maxSide = 16_384)
    {
        var decoder = new ImageDecoder(new ImageDecoderOptions { MaxSide = maxSide });
        using var stream = new MemoryStream(file);
        return decoder.Decode(stream, decoder.ReadHeader(stream));
    }

    /// <summary>An image of these pixels, three bytes each.</summary>
    public static RgbImage Image(int width, int height, byte[] pixels) => Decode(PngFile.Write(width, height, pixels));

    /// <summary>Cuts a part out, in pixels of the photo; a PNG file.</summary>
    public static byte[] Crop(string photo, int left, int top, int right, int bottom)
    {
        using var image = Decode(Read(photo));
        (left, top, right, bottom) = (Math.Max(0, left), Math.Max(0, top), Math.Min(image.Width, right), Math.Min(image.Height, bottom));
        var width = right - left;
        var pixels = new byte[width * (bottom - top) * 3];
        for (var y = top; y < bottom; y++)
            image.Pixels.Slice(((y * image.Width) + left) * 3, width * 3).CopyTo(pixels.AsSpan((y - top) * width * 3));
        return PngFile.Write(width, bottom - top, pixels);
    }

    /// <summary>Turns the stored pixels a quarter to the left and says so in the file, as a phone that is held upright does.</summary>
    public static byte[] StoredSideways(string photo)
    {
        using var image = Decode(Read(photo));
        var (width, height) = (image.Height, image.Width);
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                image.Pixels.Slice(((x * image.Width) + (image.Width - 1 - y)) * 3, 3).CopyTo(pixels.AsSpan(((y * width) + x) * 3));
        }
        return PngFile.Write(width, height, pixels, orientation: 6);
    }

    /// <summary>A photo at a fraction of its size on a black picture of the same size, top left; a PNG file.</summary>
    public static byte[] Smaller(string photo, int times)
    {
        using var image = Decode(Read(photo));
        var pixels = new byte[image.Width * image.Height * 3];
        for (var y = 0; y < image.Height / times; y++)
        {
            for (var x = 0; x < image.Width / times; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                    pixels[(((y * image.Width) + x) * 3) + channel] = Mean(image, x * times, y * times, times, channel);
            }
        }
        return PngFile.Write(image.Width, image.Height, pixels);
    }

    private static byte Mean(RgbImage image, int left, int top, int side, int channel)
    {
        var sum = 0;
        for (var i = 0; i < side * side; i++)
            sum += image.Pixels[((((top + (i / side)) * image.Width) + left + (i % side)) * 3) + channel];
        return (byte)(sum / (side * side));
    }
}
