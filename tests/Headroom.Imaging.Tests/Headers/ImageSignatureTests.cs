using System.Text;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.Imaging.Tests.Headers;

public sealed class ImageSignatureTests
{
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void An_empty_file_is_not_an_image() => AssertRefused([], ImageProblem.NotAnImage, "empty");

    [Fact]
    public void Text_is_not_an_image() => AssertRefused(Encoding.UTF8.GetBytes("Dear all, please find attached"), ImageProblem.NotAnImage, "not a picture");

    [Fact]
    public void Two_bytes_of_a_jpeg_are_not_an_image() => AssertRefused([0xFF, 0xD8], ImageProblem.NotAnImage, "not a picture");

    [Fact]
    public void An_animated_gif_is_refused_by_name() => AssertRefused(HandMade.AnimatedGif(), ImageProblem.Unsupported, "GIF");

    [Theory]
    [InlineData("heic", "HEIC")]
    [InlineData("heix", "HEIC")]
    [InlineData("mif1", "HEIC")]
    [InlineData("avif", "AVIF")]
    [InlineData("isom", "Video")]
    public void An_iso_media_file_is_refused_by_the_name_of_its_brand(string brand, string name) =>
        AssertRefused(HandMade.IsoMedia(brand), ImageProblem.Unsupported, name);

    [Fact]
    public void Tiff_pdf_photoshop_bmp_and_jpeg_xl_are_refused_by_name()
    {
        AssertRefused([.. "II*\0"u8, 8, 0, 0, 0, 0, 0, 0, 0], ImageProblem.Unsupported, "TIFF");
        AssertRefused([.. "MM\0*"u8, 0, 0, 0, 8, 0, 0, 0, 0], ImageProblem.Unsupported, "TIFF");
        AssertRefused([.. "%PDF-1.7\n"u8], ImageProblem.Unsupported, "PDF");
        AssertRefused([.. "8BPS"u8, 0, 1], ImageProblem.Unsupported, "Photoshop");
        AssertRefused([.. "BM"u8, 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0], ImageProblem.Unsupported, "BMP");
        AssertRefused([0xFF, 0x0A, 0, 0], ImageProblem.Unsupported, "JPEG XL");
    }

    private void AssertRefused(byte[] file, ImageProblem problem, string word)
    {
        var exception = Assert.Throws<ImageException>(() => _decoder.Header(file));
        Assert.Equal(problem, exception.Problem);
        Assert.Contains(word, exception.Message, StringComparison.Ordinal);
    }
}
