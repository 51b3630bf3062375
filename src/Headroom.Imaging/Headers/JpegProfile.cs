namespace Headroom.Imaging.Headers;

/// <summary>Puts a colour profile together from the APP2 segments that it comes in (ICC.1, annex B.4).</summary>
internal sealed class JpegProfile
{
    private const int HeadBytes = 14;

    private readonly List<byte> _profile = [];
    private int _count;
    private int _last;
    private bool _unusable;

    /// <summary>The profile, if all its pieces came in order and it is small enough to be obeyed.</summary>
    internal byte[]? Whole => !_unusable && _count > 0 && _last == _count ? [.. _profile] : null;

    /// <summary>Takes an APP2 segment; one of another kind is passed over.</summary>
    /// <param name="reader">At the first byte after the segment's length.</param>
    /// <param name="length">The segment's bytes without its length; they lie inside the file.</param>
    internal void Add(ByteReader reader, int length)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        if (_unusable || length <= HeadBytes)
            return;
        reader.Fill(head);
        if (!head.StartsWith("ICC_PROFILE\0"u8))
            return;
        var (sequence, count, bytes) = (head[12], head[13], length - HeadBytes);
        _unusable = sequence != _last + 1 || (_count != 0 && count != _count) || _profile.Count + bytes > ColourProfile.MaxBytes;
        if (_unusable)
            return;
        (_last, _count) = (sequence, count);
        var piece = new byte[bytes];
        reader.Fill(piece);
        _profile.AddRange(piece);
    }
}
