using System.Buffers;
using System.Numerics.Tensors;

namespace Headroom.Faces.Detection;

/// <summary>Fits an image into a square network input: scaled to fit, top left, the rest black.</summary>
internal static class Letterbox
{
    /// <summary>Writes the image as three planes of colour values 0–255.</summary>
    /// <param name="pixels">Row-major RGB.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="planes">[3, side, side].</param>
    /// <param name="side">The input's side in pixels.</param>
    /// <param name="within">The square that the image is fitted into, in pixels; smaller than the side leaves a black border.</param>
    /// <returns>How much smaller the image became: multiply found coordinates by it.</returns>
    public static float Fill(ReadOnlySpan<byte> pixels, int width, int height, Span<float> planes, int side, int within)
    {
        var factor = Math.Max(width, height) / (float)within;
        var (columns, rows) = (Math.Min(within, (int)MathF.Round(width / factor)), Math.Min(within, (int)MathF.Round(height / factor)));
        planes.Clear();

        Span<int> left = stackalloc int[columns];
        Span<float> weight = stackalloc float[columns];
        for (var x = 0; x < columns; x++)
            (left[x], weight[x]) = At(x, factor, width);

        // Down first: whole rows are contiguous, so that many values are mixed at once.
        var row = width * 3;
        var buffer = ArrayPool<float>.Shared.Rent(2 * row);
        var mixed = buffer.AsSpan(0, row);
        for (var y = 0; y < rows; y++)
        {
            var (top, down) = At(y, factor, height);
            Mix(pixels.Slice(top * row, row), pixels.Slice(Math.Min(top + 1, height - 1) * row, row), down, mixed, buffer.AsSpan(row, row));
            var red = planes.Slice(y * side, columns);
            var green = planes.Slice((side + y) * side, columns);
            var blue = planes.Slice(((2 * side) + y) * side, columns);
            for (var x = 0; x < columns; x++)
            {
                var from = mixed.Slice(left[x] * 3, 3);
                var to = mixed.Slice(Math.Min(left[x] + 1, width - 1) * 3, 3);
                red[x] = from[0] + ((to[0] - from[0]) * weight[x]);
                green[x] = from[1] + ((to[1] - from[1]) * weight[x]);
                blue[x] = from[2] + ((to[2] - from[2]) * weight[x]);
            }
        }
        ArrayPool<float>.Shared.Return(buffer);
        return factor;
    }

    /// <summary>Pixel centres are matched, not corners: the sample for target pixel i lies at (i + ½) × factor − ½.</summary>
    private static (int Index, float Weight) At(int i, float factor, int length)
    {
        var position = Math.Clamp(((i + 0.5f) * factor) - 0.5f, 0, length - 1);
        var index = (int)position;
        return (index, position - index);
    }

    private static void Mix(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, float down, Span<float> mixed, Span<float> spare)
    {
        TensorPrimitives.ConvertTruncating<byte, float>(upper, mixed);
        TensorPrimitives.ConvertTruncating<byte, float>(lower, spare);
        TensorPrimitives.Subtract(spare, mixed, spare);
        TensorPrimitives.MultiplyAdd(spare, down, mixed, mixed);
    }
}
