using System.Numerics;
using System.Text.Json;

namespace Headroom.Faces.Tests.Samples;

/// <summary>What an independent implementation measured on the same photos with the same models; see Data/reference.json.</summary>
internal sealed record Reference(IReadOnlyList<ReferencePhoto> Photos, IReadOnlyList<float[]> Cosines)
{
    public static Reference Measured { get; } = Load();

    /// <summary>The cosine of two photos' largest faces.</summary>
    public float Cosine(int one, int other) => one == other ? 1 : Cosines[Math.Max(one, other)][Math.Min(one, other)];

    private static Reference Load()
    {
        using var stream = typeof(Reference).Assembly.GetManifestResourceStream("reference.json")!;
        return JsonSerializer.Deserialize<Reference>(stream, JsonSerializerOptions.Web)!;
    }
}

/// <summary>One photo.</summary>
/// <param name="Photo">Its path among the restored photos.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Faces">All faces on it.</param>
internal sealed record ReferencePhoto(string Photo, int Width, int Height, IReadOnlyList<ReferenceFace> Faces)
{
    /// <summary>Whose photo it is: the folder's name.</summary>
    public string Folder => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Photo))!;

    public ReferenceFace Largest => Faces.MaxBy(f => f.Height)!;

    public bool IsLabeled => Photo.StartsWith("labeled_face/", StringComparison.Ordinal);
}

/// <summary>One face.</summary>
/// <param name="Box">Left, top, right, bottom in pixels.</param>
/// <param name="Landmarks">Five points: x, y each, in pixels.</param>
internal sealed record ReferenceFace(float[] Box, float[] Landmarks)
{
    public float Height => Box[3] - Box[1];

    public Vector2 Landmark(int index) => new(Landmarks[2 * index], Landmarks[(2 * index) + 1]);
}
