using System.Numerics;
using System.Runtime.CompilerServices;

namespace Headroom.Faces.Detection;

/// <summary>Five points in pixels: left eye, right eye, nose, left and right corner of the mouth, as seen in the image.</summary>
[InlineArray(Count)]
public struct FaceLandmarks
{
    /// <summary>How many points there are.</summary>
    public const int Count = 5;

    private Vector2 _first;

    /// <summary>The points in an image that is larger by <paramref name="factor"/>.</summary>
    public readonly FaceLandmarks Scale(float factor)
    {
        var scaled = this;
        foreach (ref var point in scaled)
            point *= factor;
        return scaled;
    }
}
