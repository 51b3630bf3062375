using System.Numerics;
using Headroom.Faces.Detection;
using Headroom.Imaging;

namespace Headroom.Faces.Alignment;

/// <summary>
/// Cuts a face out so that eyes, nose and mouth lie where the embedding network learned them: the five-point template
/// of ArcFace (Deng et al., 2019) at 112 × 112 pixels. Rotation alone is not enough; it costs a sixth of the matches.
/// </summary>
internal static class FaceAligner
{
    private static ReadOnlySpan<float> Template =>
        [38.2946f, 51.6963f, 73.5318f, 51.5014f, 56.0252f, 71.7366f, 41.5493f, 92.3655f, 70.7299f, 92.2041f];

    private const float TemplateSide = 112;

    /// <summary>Writes the aligned face as three planes, (value − mean) ÷ scale; what lies outside the image is black.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="landmarks">The face's points in it.</param>
    /// <param name="planes">[3, side, side].</param>
    /// <param name="side">The network input's side in pixels.</param>
    /// <param name="mean">Subtracted from every colour value.</param>
    /// <param name="scale">Then divided by.</param>
    /// <returns>False when the points don't make a face.</returns>
    public static bool TryAlign(RgbImage image, in FaceLandmarks landmarks, Span<float> planes, int side, float mean, float scale)
    {
        Span<Vector2> target = stackalloc Vector2[FaceLandmarks.Count];
        for (var i = 0; i < target.Length; i++)
            target[i] = new Vector2(Template[2 * i], Template[(2 * i) + 1]) * (side / TemplateSide);
        if (SimilarityTransform.Between(landmarks, target) is not { } transform || !float.IsFinite(transform.Inverse().A))
            return false;

        var back = transform.Inverse();
        var pixels = image.Pixels;
        var (width, height, plane) = (image.Width, image.Height, side * side);
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var from = back.Apply(new Vector2(x, y));
                var colour = Sample(pixels, width, height, from);
                var at = (y * side) + x;
                planes[at] = (colour.X - mean) / scale;
                planes[plane + at] = (colour.Y - mean) / scale;
                planes[(2 * plane) + at] = (colour.Z - mean) / scale;
            }
        }
        return true;
    }

    private static Vector3 Sample(ReadOnlySpan<byte> pixels, int width, int height, Vector2 at)
    {
        var (left, top) = ((int)MathF.Floor(at.X), (int)MathF.Floor(at.Y));
        var (right, down) = (at.X - left, at.Y - top);
        var above = Vector3.Lerp(Pixel(pixels, width, height, left, top), Pixel(pixels, width, height, left + 1, top), right);
        var below = Vector3.Lerp(Pixel(pixels, width, height, left, top + 1), Pixel(pixels, width, height, left + 1, top + 1), right);
        return Vector3.Lerp(above, below, down);
    }

    private static Vector3 Pixel(ReadOnlySpan<byte> pixels, int width, int height, int x, int y)
    {
        if ((uint)x >= (uint)width || (uint)y >= (uint)height)
            return Vector3.Zero;
        var at = ((y * width) + x) * 3;
        return new Vector3(pixels[at], pixels[at + 1], pixels[at + 2]);
    }
}
