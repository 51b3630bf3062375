using System.Numerics;

namespace Headroom.Imaging.Decoding;

/// <summary>
/// Makes a picture smaller by area averaging: every pixel of the result is the mean of the part of the source that it
/// covers, edges by their share. Takes RGB rows one by one, so that the source is never in memory as a whole.
/// </summary>
/// <remarks>
/// Places and weights are in 1/256 pixel. A side may be reduced by up to 1,024 times without overflow; beyond twice,
/// nothing that resamples from a few neighbours is as good, and libvips' own resampling holds 16 to 75 MB for 12 MP.
/// </remarks>
internal sealed class AreaReducer
{
    internal const int MaxReduction = 1024;
    private const int Unit = 256;
    private const int PixelBytes = 3;

    private readonly int _sourceWidth;
    private readonly int _sourceHeight;
    private readonly int _width;
    private readonly int _height;
    private readonly uint[] _sums;
    private readonly byte[] _reduced;
    private int _sourceRow;

    internal AreaReducer(int sourceWidth, int sourceHeight, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, sourceWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, sourceHeight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sourceWidth, width * MaxReduction);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sourceHeight, height * MaxReduction);
        _sourceWidth = sourceWidth;
        _sourceHeight = sourceHeight;
        _width = width;
        _height = height;
        _sums = new uint[sourceWidth * PixelBytes];
        _reduced = new byte[width * PixelBytes];
    }

    /// <summary>How many rows of the result are done.</summary>
    internal int RowsDone { get; private set; }

    /// <summary>The row that <see cref="Add"/> last finished.</summary>
    internal ReadOnlySpan<byte> LastRow => _reduced;

    /// <summary>Takes the next source row; true when it finished a row of the result. It never finishes two.</summary>
    internal bool Add(ReadOnlySpan<byte> row)
    {
        var from = (long)_sourceRow++ * Unit;
        var to = from + Unit;
        var border = Border(RowsDone + 1, _sourceHeight, _height);
        Accumulate(row, (uint)(Math.Min(to, border) - from));
        if (to < border)
            return false;
        ReduceColumns(border - Border(RowsDone, _sourceHeight, _height));
        RowsDone++;
        Array.Clear(_sums);
        Accumulate(row, (uint)(to - border));
        return true;
    }

    private static long Border(long target, int source, int targets) => target * source * Unit / targets;

    private void Accumulate(ReadOnlySpan<byte> row, uint weight)
    {
        if (weight == 0)
            return;
        var sums = _sums.AsSpan();
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out var low, out var high);
            AddTo(sums[i..], low, weight);
            AddTo(sums[(i + Vector<ushort>.Count)..], high, weight);
        }

        for (; i < row.Length; i++)
            sums[i] += row[i] * weight;
    }

    private static void AddTo(Span<uint> sums, Vector<ushort> values, uint weight)
    {
        Vector.Widen(values, out var low, out var high);
        (new Vector<uint>(sums) + (low * weight)).CopyTo(sums);
        sums = sums[Vector<uint>.Count..];
        (new Vector<uint>(sums) + (high * weight)).CopyTo(sums);
    }

    private void ReduceColumns(long rowWeight)
    {
        long from = 0;
        for (var x = 0; x < _width; x++)
        {
            var to = Border(x + 1, _sourceWidth, _width);
            Mean(from, to, (ulong)((to - from) * rowWeight), _reduced.AsSpan(x * PixelBytes, PixelBytes));
            from = to;
        }
    }

    private void Mean(long from, long to, ulong total, Span<byte> pixel)
    {
        ulong red = total / 2, green = red, blue = red;
        var sums = _sums.AsSpan();
        while (from < to)
        {
            var column = (int)(from / Unit);
            var next = Math.Min(to, (column + 1L) * Unit);
            var weight = (ulong)(next - from);
            var source = sums.Slice(column * PixelBytes, PixelBytes);
            red += source[0] * weight;
            green += source[1] * weight;
            blue += source[2] * weight;
            from = next;
        }

        pixel[0] = (byte)(red / total);
        pixel[1] = (byte)(green / total);
        pixel[2] = (byte)(blue / total);
    }
}
