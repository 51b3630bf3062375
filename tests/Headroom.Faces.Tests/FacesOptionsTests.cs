namespace Headroom.Faces.Tests;

public sealed class FacesOptionsTests
{
    public static TheoryData<string, FacesOptions> Senseless => new()
    {
        { "ACCEPT", new FacesOptions { Accept = 1.5f } },
        { "ACCEPT", new FacesOptions { Accept = float.NaN } },
        { "UNSURE", new FacesOptions { Accept = 0.4f, Unsure = 0.5f } },
        { "MARGIN", new FacesOptions { Margin = -0.1f } },
        { "MINFACE", new FacesOptions { MinFace = 0 } },
        { "MAXPHOTOMB", new FacesOptions { MaxPhotoMb = -1 } },
        { "MAXPIXELS", new FacesOptions { MaxPixels = 0 } },
        { "DECODINGMB", new FacesOptions { DecodingMb = 1 } },
        { "TEMPLATECACHEMB", new FacesOptions { TemplateCacheMb = -1 } },
    };

    [Fact]
    public void The_defaults_make_sense() => Assert.NotNull(new FacesOptions().Validate());

    [Theory]
    [MemberData(nameof(Senseless))]
    public void A_number_that_makes_no_sense_is_named(string setting, FacesOptions options)
    {
        var refusal = Assert.Throws<InvalidOperationException>(options.Validate);

        Assert.StartsWith($"HEADROOM__FACES__{setting} must be ", refusal.Message);
    }
}
