using Headroom.Imaging.Native;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Native;

/// <summary>Which of the loaders that this build of libvips has can be run.</summary>
public sealed class LoadersTests
{
    [Fact]
    public void Only_the_three_loaders_that_are_called_here_are_let_run()
    {
        var loaders = VipsForTests.ClassesBelow("VipsForeignLoad").ToList();

        // Many more than those three, or the list was not read.
        Assert.True(loaders.Count > 20, string.Join(", ", loaders));
        Assert.Equal(
            ["VipsForeignLoadJpegSource", "VipsForeignLoadPngSource", "VipsForeignLoadWebpSource"],
            loaders.Where(loader => !VipsForTests.IsBlocked(loader)).Order());
    }

    // Those of HEIF and TIFF look at the first eight bytes before they are refused.
    [Theory]
    [InlineData("gifload_source")]
    [InlineData("svgload_source")]
    [InlineData("uhdrload_source")]
    public void A_blocked_loader_reads_nothing(string loader)
    {
        using var stream = new MemoryStream(Sample.Jpeg(16, 16));
        using var source = new StreamSource(stream, CancellationToken.None);
        using var load = new VipsOperation(loader).WithSource("source", source.Handle);

        Assert.Null(load.Output());
        Assert.Equal(0, stream.Position);
    }
}
