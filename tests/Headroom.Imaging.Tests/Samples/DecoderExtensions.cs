namespace Headroom.Imaging.Tests.Samples;

/// <summary>Both steps at once, on bytes.</summary>
internal static class DecoderExtensions
{
    internal static ImageHeader Header(this ImageDecoder decoder, byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        return decoder.ReadHeader(stream);
    }

    internal static RgbImage Decode(this ImageDecoder decoder, byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        return decoder.Decode(stream, decoder.ReadHeader(stream));
    }

    /// <summary>The problem, or null when the file is decoded.</summary>
    internal static ImageProblem? Problem(this ImageDecoder decoder, byte[] file)
    {
        try
        {
            decoder.Decode(file).Dispose();
            return null;
        }
        catch (ImageException exception)
        {
            return exception.Problem;
        }
    }
}
