using System.IO.Compression;

namespace Headroom.Imaging.Headers;

/// <summary>Inflates a PNG's colour profile (iCCP; ISO/IEC 15948, 11.3.3.3), and no more of it than a profile has.</summary>
internal static class PngProfile
{
    private const int MaxNameBytes = 80;

    /// <summary>The profile, or null if it is broken or larger than any that is obeyed.</summary>
    /// <param name="reader">At the chunk's data.</param>
    /// <param name="length">The chunk's length; it lies inside the file.</param>
    internal static byte[]? Read(ByteReader reader, long length)
    {
        if (length > ColourProfile.MaxBytes + MaxNameBytes)
            return null;
        var chunk = new byte[length];
        reader.Fill(chunk);

        // A name, a zero, the method.
        var data = chunk.AsSpan().IndexOf((byte)0) + 2;
        if (data < 2 || data >= chunk.Length)
            return null;
        var profile = new byte[ColourProfile.MaxBytes + 1];
        try
        {
            using var inflated = new ZLibStream(new MemoryStream(chunk, data, chunk.Length - data), CompressionMode.Decompress);
            var bytes = inflated.ReadAtLeast(profile, profile.Length, throwOnEndOfStream: false);
            return bytes <= ColourProfile.MaxBytes ? profile[..bytes] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
