using System.Reflection;
using Headroom.Imaging.Native;

namespace Headroom.Imaging.Tests.Samples;

/// <summary>Makes files of every kind with libvips' own savers.</summary>
internal static class Sample
{
    private static readonly string PhotoRoot = typeof(Sample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Photos").Value!;

    /// <summary>A photo-like picture: soft gradients with a little seeded noise; three bytes a pixel.</summary>
    internal static byte[] Scene(int width, int height)
    {
        var noise = new byte[8191];
        new Random(7).NextBytes(noise);
        var waves = Enumerable.Range(0, 1024).Select(i => (int)(Math.Sin(i * Math.PI / 512) * 90)).ToArray();
        var pixels = new byte[width * height * 3];
        var i = 0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var channel = 1; channel <= 3; channel++, i++)
                    pixels[i] = (byte)(122 + waves[((x * channel * 2) + (y * 3)) & 1023] + (noise[i % noise.Length] % 13));
            }
        }

        return pixels;
    }

    internal static byte[] Jpeg(int width, int height, params string[] options) => File(Rgb(Scene(width, height), width, height), "jpegsave", options);

    internal static byte[] Png(int width, int height, params string[] options) =>
        File(Rgb(Scene(width, height), width, height), "pngsave", ["compression", "1", .. options]);

    internal static byte[] Webp(int width, int height, params string[] options) =>
        File(Rgb(Scene(width, height), width, height), "webpsave", ["effort", "0", .. options]);

    internal static byte[] Restored(string name) => System.IO.File.ReadAllBytes(Path.Combine(PhotoRoot, name));

    internal static IEnumerable<string> RestoredNames() =>
        Directory.EnumerateFiles(PhotoRoot, "*.jpg", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(PhotoRoot, path)).Order();

    internal static VipsImage Rgb(byte[] pixels, int width, int height) => From(pixels, width, height, 3, "srgb");

    internal static unsafe VipsImage From(byte[] pixels, int width, int height, int bands, string interpretation)
    {
        VipsLibrary.EnsureLoaded();
        fixed (byte* data = pixels)
        {
            using var image = new VipsImage(new VipsHandle(VipsForTests.NewImage(data, (nuint)pixels.Length, width, height, bands, 0)));
            return Run("copy", image, "interpretation", interpretation);
        }
    }

    internal static VipsImage Black(int width, int height)
    {
        using var black = new VipsOperation("black").With("width", width).With("height", height).With("bands", 3);
        using var image = new VipsImage(black.Output()!);
        return Run("copy", image, "interpretation", "srgb");
    }

    internal static VipsImage Run(string operation, VipsImage image, params string[] options)
    {
        using var run = new VipsOperation(operation).WithImage("in", image.Handle);
        for (var i = 0; i < options.Length; i += 2)
            run.With(options[i], options[i + 1]);
        return new VipsImage(run.Output() ?? throw new InvalidOperationException($"{operation} failed"));
    }

    /// <summary>Saves and disposes the image.</summary>
    internal static byte[] File(VipsImage image, string saver, params string[] options)
    {
        var path = Path.Combine(Path.GetTempPath(), $"headroom-{Guid.NewGuid():N}");
        try
        {
            using (image)
            using (var save = new VipsOperation(saver).WithImage("in", image.Handle).With("filename", path))
            {
                for (var i = 0; i < options.Length; i += 2)
                    save.With(options[i], options[i + 1]);
                Assert.True(save.TryBuild(), $"{saver} failed");
            }

            return System.IO.File.ReadAllBytes(path);
        }
        finally
        {
            System.IO.File.Delete(path);
        }
    }

    internal static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8, 0, 1,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }
}
