namespace Headroom.Imaging.Headers;

/// <summary>Finds a JPEG's markers, over whatever lies between them (ITU-T T.81, B.1.1.2).</summary>
/// <remarks>
/// Between segments that is padding; after the head of a scan it is the scan, in which FF 00 is a byte of data and FF D0
/// to FF D7 divide it. None of the three is a marker to a decoder that looks for the next one, so none is here.
/// </remarks>
internal sealed class JpegMarkers(Stream stream)
{
    // A marker mostly stands where the last segment ended.
    private const int FirstLook = 16;

    private readonly byte[] _buffer = new byte[16 << 10];

    /// <summary>Where the marker that was found last begins, or the end of the file.</summary>
    internal long Start { get; private set; }

    /// <summary>Goes on from the stream's position; leaves it after the marker's two bytes.</summary>
    /// <returns>False at the end of the file.</returns>
    internal bool TryFindNext(out byte marker)
    {
        var look = FirstLook;
        while (true)
        {
            var from = stream.Position;
            var bytes = _buffer.AsSpan(0, stream.ReadAtLeast(_buffer.AsSpan(0, look), 2, throwOnEndOfStream: false));
            if (bytes.Length < 2)
                break;
            if (Find(bytes) is var place and >= 0)
            {
                Start = from + place;
                stream.Position = Start + 2;
                marker = bytes[place + 1];
                return true;
            }

            // What an FF at the end of this piece is, the next piece tells.
            if (bytes[^1] == 0xFF)
                stream.Position = from + bytes.Length - 1;
            look = _buffer.Length;
        }

        (Start, marker) = (stream.Length, 0);
        return false;
    }

    private static int Find(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length - 1; i++)
        {
            var next = bytes[i..^1].IndexOf((byte)0xFF);
            if (next < 0)
                return -1;
            i += next;
            if (bytes[i + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7)))
                return i;
        }

        return -1;
    }
}
