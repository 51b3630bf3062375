namespace Headroom.Imaging.Headers;

/// <summary>One untrusted file as our own code read it: what it says of itself, and the bytes of it that its codec may see.</summary>
/// <param name="Header">What callers are told.</param>
/// <param name="Channels">The channels that the codec gives: 1 to 4.</param>
/// <param name="Parts">What the codec reads, in this order. No metadata is among it.</param>
/// <param name="Profile">The colour profile to obey, or null. See <see cref="ColourProfile"/>.</param>
internal sealed record StoredPicture(ImageHeader Header, int Channels, IReadOnlyList<FilePart> Parts, byte[]? Profile)
{
    /// <summary>Recognises a file and walks its structure. Nothing native runs, and what is allocated is bounded.</summary>
    /// <param name="stream">Seekable; read from its start.</param>
    /// <param name="limit">How large the picture may be.</param>
    /// <exception cref="ImageException">Not an image, unsupported, too large, or broken.</exception>
    internal static StoredPicture Read(Stream stream, SizeLimit limit)
    {
        stream.Position = 0;
        Span<byte> start = stackalloc byte[ImageSignature.Length];
        var format = ImageSignature.Recognise(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        stream.Position = 0;
        return format switch
        {
            ImageFormat.Jpeg => JpegFile.Read(stream, limit),
            ImageFormat.Png => PngFile.Read(stream, limit),
            _ => WebpFile.Read(stream, limit),
        };
    }
}
