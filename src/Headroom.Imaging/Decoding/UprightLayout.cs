namespace Headroom.Imaging.Decoding;

/// <summary>Where stored pixels land when the EXIF orientation is applied (Exif 2.3, tag 0112).</summary>
internal readonly struct UprightLayout
{
    private const int PixelBytes = 3;
    private readonly int _rowBytes;
    private readonly int _origin;
    private readonly int _stepRight;
    private readonly int _stepDown;

    internal UprightLayout(int orientation, int storedWidth, int storedHeight)
    {
        _rowBytes = storedWidth * PixelBytes;
        var swaps = orientation is >= 5 and <= 8;
        Width = swaps ? storedHeight : storedWidth;
        Height = swaps ? storedWidth : storedHeight;
        var row = Width * PixelBytes;
        var right = (Width - 1) * PixelBytes;
        var bottom = (Height - 1) * row;

        // Which corner the first stored pixel goes to, and what a step along a stored row or column is there.
        (_origin, _stepRight, _stepDown) = orientation switch
        {
            2 => (right, -PixelBytes, row),
            3 => (right + bottom, -PixelBytes, -row),
            4 => (bottom, PixelBytes, -row),
            5 => (0, row, PixelBytes),
            6 => (right, row, -PixelBytes),
            7 => (right + bottom, -row, -PixelBytes),
            8 => (bottom, -row, PixelBytes),
            _ => (0, PixelBytes, row),
        };
    }

    internal int Width { get; }

    internal int Height { get; }

    /// <summary>Puts whole stored rows, the first of which is <paramref name="firstRow"/>, into the upright picture.</summary>
    internal void Place(ReadOnlySpan<byte> rows, int firstRow, Span<byte> upright)
    {
        for (var (offset, row) = (0, firstRow); offset < rows.Length; offset += _rowBytes, row++)
        {
            var source = rows.Slice(offset, _rowBytes);
            var target = _origin + (row * _stepDown);
            if (_stepRight == PixelBytes)
                source.CopyTo(upright[target..]);
            else
                PlaceRow(source, upright, target);
        }
    }

    private void PlaceRow(ReadOnlySpan<byte> source, Span<byte> upright, int target)
    {
        for (; source.Length >= PixelBytes; source = source[PixelBytes..], target += _stepRight)
        {
            upright[target] = source[0];
            upright[target + 1] = source[1];
            upright[target + 2] = source[2];
        }
    }
}
