using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Native;

public sealed class ConcurrencyTests
{
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void Eight_threads_see_the_pixels_and_problems_that_one_thread_sees()
    {
        var jpeg = Sample.Jpeg(1600, 1200);
        var png = Sample.Png(700, 500);
        var webp = Sample.Webp(700, 500);
        var damaged = png.ToArray();
        damaged[300] ^= 0xFF;
        byte[][] files =
        [
            jpeg, png, webp, Sample.Jpeg(700, 500, "interlace", "true"),
            jpeg[..(jpeg.Length / 2)], webp[..(webp.Length / 2)], damaged, HandMade.AnimatedGif(), HandMade.JpegOfSize(65535, 65535), [],
        ];
        var expected = files.Select(Outcome).ToArray();
        Assert.Equal(6, expected.Count(outcome => !outcome.StartsWith('#')));
        Assert.Equal(5, expected.Where(outcome => !outcome.StartsWith('#')).Distinct().Count());

        var differences = new System.Collections.Concurrent.ConcurrentBag<string>();
        var threads = Enumerable.Range(0, 8).Select(thread => new Thread(() =>
        {
            for (var i = 0; i < 60; i++)
            {
                var which = (i + thread) % files.Length;
                var outcome = Outcome(files[which]);
                if (outcome != expected[which])
                    differences.Add($"file {which}: {expected[which]} became {outcome}");
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Empty(differences);
    }

    private string Outcome(byte[] file)
    {
        try
        {
            using var image = _decoder.Decode(file);
            return "#" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(image.Pixels));
        }
        catch (ImageException exception)
        {
            return exception.Problem.ToString();
        }
    }
}
