namespace Headroom.Faces.Detection;

/// <summary>A rectangle in pixels; right and bottom are the last pixel's coordinates.</summary>
public readonly record struct FaceBox(float Left, float Top, float Right, float Bottom)
{
    /// <summary>The width in pixels.</summary>
    public float Width => Right - Left + 1;

    /// <summary>The height in pixels.</summary>
    public float Height => Bottom - Top + 1;

    /// <summary>The area in pixels; zero for an empty box.</summary>
    public float Area => Math.Max(0, Width) * Math.Max(0, Height);

    /// <summary>Intersection over union, 0 to 1; 0 with an empty box.</summary>
    public float Overlap(in FaceBox other)
    {
        var common = new FaceBox(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom)).Area;
        return common > 0 ? common / (Area + other.Area - common) : 0;
    }

    /// <summary>The box in an image that is larger by <paramref name="factor"/>.</summary>
    public FaceBox Scale(float factor) => new(Left * factor, Top * factor, Right * factor, Bottom * factor);
}
