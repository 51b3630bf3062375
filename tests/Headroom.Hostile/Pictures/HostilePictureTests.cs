using System.Globalization;
using Headroom.Imaging;
using Headroom.Imaging.Headers;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Hostile.Pictures;

/// <summary>No file takes more than what was leased for it, and 5 MB.</summary>
public sealed class HostilePictureTests
{
    private const long MiB = 1 << 20;
    private readonly ImageDecoder _decoder = new();
    private readonly PictureMeasure _pictures = new();

    public static TheoryData<string> Named => [.. HostilePictures.Named.Keys];

    [Theory]
    [MemberData(nameof(Named))]
    public void A_crafted_picture_takes_no_more_than_its_lease(string name)
    {
        WarmUp();
        var file = HostilePictures.Named[name]();
        var cost = _pictures.Measure(file);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{name}: {file.Length} B, {cost.Outcome}, {cost.Grown / MiB} of {cost.Lease / MiB} MiB");
        Assert.True(cost.Over <= PictureMeasure.Slack, $"{cost.Outcome}: it took {cost.Grown} bytes of {cost.Lease}");
    }

    /// <summary>HEADROOM_TEST_PICTURES says how many, HEADROOM_TEST_SEED repeats a run.</summary>
    [Fact]
    public void Mutated_pictures_take_no_more_than_their_leases() => Measure(HostilePictures.Mutated);

    /// <summary>The same settings hold. Behind the number of a picture is its own seed for <see cref="OutsidePictures.One"/>.</summary>
    [Fact]
    public void Pictures_by_somebody_who_has_not_read_the_parsers_take_no_more_than_their_leases() => Measure(OutsidePictures.Make);

    private void Measure(Func<Random, int, IEnumerable<(string What, byte[] File)>> make)
    {
        WarmUp();
        var seed = Number("HEADROOM_TEST_SEED") ?? 14;
        var outcomes = new Dictionary<string, int>();
        var worst = (Over: long.MinValue, What: "");
        var longest = (Took: TimeSpan.Zero, What: "");
        foreach (var (what, file) in make(new Random(seed), Number("HEADROOM_TEST_PICTURES") ?? 150))
        {
            var cost = _pictures.Measure(file);
            outcomes[cost.Outcome] = outcomes.GetValueOrDefault(cost.Outcome) + 1;
            if (cost.Over > worst.Over)
                worst = (cost.Over, $"{what}: {cost.Outcome}, {cost.Grown} of {cost.Lease}");
            if (cost.Processor > longest.Took)
                longest = (cost.Processor, $"{what}: {cost.Outcome}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}: {string.Join(", ", outcomes)}; worst: {worst}; longest: {longest}");
        Assert.True(worst.Over <= PictureMeasure.Slack, $"seed {seed}: {worst}");
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

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
