using System.Globalization;
using Headroom.Imaging;
using Headroom.Imaging.Headers;
using Headroom.Imaging.Tests.Samples;
using Headroom.WholeProcess.Tests.Imaging;

namespace Headroom.Hostile.Pictures;

/// <summary>No file takes more than what was leased for it, and 5 MB.</summary>
public sealed class HostilePictureTests
{
    private const long MiB = 1 << 20;
    private const long Slack = 5 * MiB;
    private readonly ImageDecoder _decoder = new();

    public static TheoryData<string> Named => [.. HostilePictures.Named.Keys];

    [Theory]
    [MemberData(nameof(Named))]
    public void A_crafted_picture_takes_no_more_than_its_lease(string name)
    {
        WarmUp();
        var file = HostilePictures.Named[name]();
        var (grown, lease, outcome) = Measure(file);
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {file.Length} B, {outcome}, {grown / MiB} of {lease / MiB} MiB");
        Assert.True(grown <= lease + Slack, $"{outcome}: it took {grown} bytes of {lease}");
    }

    /// <summary>HEADROOM_TEST_PICTURES says how many, HEADROOM_TEST_SEED repeats a run.</summary>
    [Fact]
    public void Mutated_pictures_take_no_more_than_their_leases()
    {
        WarmUp();
        var seed = Number("HEADROOM_TEST_SEED") ?? 14;
        var random = new Random(seed);
        var outcomes = new Dictionary<string, int>();
        var worst = (Over: long.MinValue, What: "");
        foreach (var (what, file) in HostilePictures.Mutated(random, Number("HEADROOM_TEST_PICTURES") ?? 150))
        {
            var (grown, lease, outcome) = Measure(file);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            if (grown - lease > worst.Over)
                worst = (grown - lease, $"{what}: {outcome}, {grown} of {lease}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}: {string.Join(", ", outcomes)}; worst: {worst}");
        Assert.True(worst.Over <= Slack, $"seed {seed}: {worst}");
        Assert.Contains("ok", outcomes.Keys);
        Assert.True(outcomes.Count > 2);
    }

    private void WarmUp()
    {
        // The first run of each codec pays for its code pages, which are no picture's.
        byte[][] kinds =
        [
            Sample.Jpeg(400, 300), Sample.Jpeg(400, 300, "interlace", "true"), Sample.Png(400, 300), Sample.Webp(400, 300),
            HostilePictures.Named["16 bits"](),
        ];
        foreach (var file in kinds)
            _decoder.Problem(file);
        _decoder.Problem(Bombs.WithSegments(Sample.Jpeg(40, 30), Bombs.ProfileSegments(Bombs.Profile(ColourProfile.MaxBytes))));
        _decoder.Problem(Sample.File(Sample.Rgb(new byte[64 * 64 * 3], 64, 64), "jpegsave", "profile", "p3"));
    }

    // The least of up to three counts: what else the process does meanwhile only adds to it.
    private (long Grown, long Lease, string Outcome) Measure(byte[] file)
    {
        long lease = 0;
        var outcome = "";
        var grown = long.MaxValue;
        for (var i = 0; i < 3 && grown > lease + Slack; i++)
        {
            grown = Math.Min(grown, ProcessMemory.PeakGrowth(() =>
            {
                try
                {
                    using var stream = new MemoryStream(file, writable: false);
                    var header = _decoder.ReadHeader(stream);
                    lease = _decoder.EstimateBytes(header);
                    _decoder.Decode(stream, header).Dispose();
                    outcome = "ok";
                }
                catch (ImageException problem)
                {
                    outcome = problem.Problem.ToString();
                }
            }));
        }

        return (grown, lease, outcome);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
