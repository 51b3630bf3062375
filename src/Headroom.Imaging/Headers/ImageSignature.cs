using System.Buffers.Binary;

namespace Headroom.Imaging.Headers;

/// <summary>Tells formats by their first bytes, so that no codec ever sees a file of another kind.</summary>
internal static class ImageSignature
{
    /// <summary>The bytes that are looked at.</summary>
    internal const int Length = 16;

    /// <exception cref="ImageException">Not an image, or not one of the three formats; the message names what it is.</exception>
    internal static ImageFormat Recognise(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return ImageFormat.Png;
        if (start.Length >= 12 && start.StartsWith("RIFF"u8) && start[8..12].SequenceEqual("WEBP"u8))
            return ImageFormat.WebP;
        if (start.IsEmpty)
            throw new ImageException(ImageProblem.NotAnImage, "The file is empty. Send a JPEG, PNG or WebP picture.");
        if (NameOfOther(start) is { } name)
            throw new ImageException(ImageProblem.Unsupported, $"{name} files are not supported. Send a JPEG, PNG or WebP picture.");
        throw new ImageException(ImageProblem.NotAnImage, "The file is not a picture. Send a JPEG, PNG or WebP picture.");
    }

    private static string? NameOfOther(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("GIF8"u8))
            return "GIF";
        if (start.StartsWith("BM"u8) && start.Length >= 14 && BinaryPrimitives.ReadUInt32LittleEndian(start[6..]) == 0)
            return "BMP";
        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8))
            return "TIFF";
        if (start.StartsWith("%PDF-"u8))
            return "PDF";
        if (start.StartsWith("8BPS"u8))
            return "Photoshop";
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]))
            return "JPEG XL";
        if (start.Length >= 12 && start[4..8].SequenceEqual("JXL "u8))
            return "JPEG XL";
        if (start.Length >= 12 && start[4..8].SequenceEqual("jP  "u8))
            return "JPEG 2000";
        return start.Length >= 12 && start[4..8].SequenceEqual("ftyp"u8) ? NameOfBrand(start[8..12]) : null;
    }

    // The major brand of an ISO base media file (ISO/IEC 14496-12); HEIF's brands are in ISO/IEC 23008-12.
    private static string NameOfBrand(ReadOnlySpan<byte> brand)
    {
        if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            return "AVIF";
        if (brand[..3].SequenceEqual("hei"u8) || brand[..3].SequenceEqual("hev"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8))
            return "HEIC";
        return "Video";
    }
}
