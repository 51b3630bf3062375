using System.Numerics;

namespace Headroom.Faces.Detection;

/// <summary>
/// Turns one stride's outputs of a RetinaFace network with a MobileNet-0.25 backbone into faces. Source: Deng et al.,
/// «RetinaFace: Single-stage Dense Face Localisation in the Wild», 2019, and its published anchor settings: two square
/// anchors a cell, base size 16.
/// </summary>
internal static class RetinaFaceDecoder
{
    private const int AnchorsPerCell = 2;
    private const float AnchorBase = 16;

    /// <summary>The network predicts landmarks in units of this part of the anchor's width.</summary>
    private const float LandmarkUnit = 0.18181818f;

    /// <summary>The scales of a stride's anchors: 32 and 16 at stride 32, 8 and 4 at 16, 2 and 1 at 8.</summary>
    private static float ScaleOf(int stride, int anchor) => (stride switch { 32 => 32, 16 => 8, _ => 2 }) / (anchor + 1f);

    /// <summary>Adds every anchor that scores high enough.</summary>
    /// <param name="stride">Input pixels a cell: 32, 16 or 8.</param>
    /// <param name="cells">Cells a row and a column.</param>
    /// <param name="scores">[4, cells, cells]; the last two planes are the two anchors' face scores.</param>
    /// <param name="boxes">[8, cells, cells]: centre and size of each anchor's box, relative to the anchor.</param>
    /// <param name="points">[20, cells, cells]: five points of each anchor.</param>
    /// <param name="threshold">The least score.</param>
    /// <param name="faces">Where they are added, in input pixels.</param>
    public static void Decode(
        int stride, int cells, ReadOnlySpan<float> scores, ReadOnlySpan<float> boxes, ReadOnlySpan<float> points, float threshold, List<DetectedFace> faces)
    {
        var plane = cells * cells;
        for (var anchor = 0; anchor < AnchorsPerCell; anchor++)
        {
            var size = AnchorBase * ScaleOf(stride, anchor);
            var anchorScores = scores.Slice((AnchorsPerCell + anchor) * plane, plane);
            for (var cell = 0; cell < plane; cell++)
            {
                // Written so that a score that is no number is none.
                if (!(anchorScores[cell] >= threshold))
                    continue;
                var centre = new Vector2((cell % cells * stride) + ((AnchorBase - 1) / 2), (cell / cells * stride) + ((AnchorBase - 1) / 2));
                faces.Add(new DetectedFace(
                    anchorScores[cell],
                    Box(boxes[(anchor * 4 * plane)..], plane, cell, centre, size),
                    Points(points[(anchor * 10 * plane)..], plane, cell, centre, size)));
            }
        }
    }

    private static FaceBox Box(ReadOnlySpan<float> deltas, int plane, int cell, Vector2 centre, float size)
    {
        var at = centre + (new Vector2(deltas[cell], deltas[plane + cell]) * size);
        var half = ((new Vector2(MathF.Exp(deltas[(2 * plane) + cell]), MathF.Exp(deltas[(3 * plane) + cell])) * size) - Vector2.One) / 2;
        return new FaceBox(at.X - half.X, at.Y - half.Y, at.X + half.X, at.Y + half.Y);
    }

    private static FaceLandmarks Points(ReadOnlySpan<float> deltas, int plane, int cell, Vector2 centre, float size)
    {
        var landmarks = default(FaceLandmarks);
        var unit = ((size - 1) * LandmarkUnit) + 1;
        for (var i = 0; i < FaceLandmarks.Count; i++)
            landmarks[i] = centre + (new Vector2(deltas[(2 * i * plane) + cell], deltas[(((2 * i) + 1) * plane) + cell]) * unit);
        return landmarks;
    }
}
