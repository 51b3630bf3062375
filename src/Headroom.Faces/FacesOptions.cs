namespace Headroom.Faces;

/// <summary>Settings of the face service: <c>HEADROOM__FACES__…</c>.</summary>
public sealed class FacesOptions
{
    /// <summary>The model that finds faces.</summary>
    public string Detector { get; init; } = "retinaface-mnet25";

    /// <summary>The model that turns a face into a vector. Templates of another one are not compared.</summary>
    public string Embedder { get; init; } = "faceplugin-feature";

    /// <summary>Cosine from which a person is accepted; −1 to 1.</summary>
    public float Accept { get; init; } = 0.42f;

    /// <summary>Cosine from which a person is at least possible; below it the face is unknown.</summary>
    public float Unsure { get; init; } = 0.34f;

    /// <summary>How much better the first person must be than the second.</summary>
    public float Margin { get; init; } = 0.06f;

    /// <summary>The smallest face that is compared, in pixels of the decoded photo (at most 1,024 on its longer side).</summary>
    public int MinFace { get; init; } = 40;

    /// <summary>The largest photo taken, in units of 1,048,576 bytes.</summary>
    public double MaxPhotoMb { get; init; } = 10;

    /// <summary>The most pixels a photo may have; its header tells before anything is decoded.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>
    /// What decoding photos may take, in units of 1,048,576 bytes; by default a fifth of the limit, 52 to 192. A photo
    /// that needs more by its header is answered 413; most need 12, progressive JPEGs 49 (12 MP) to 163 (48 MP).
    /// </summary>
    public double? DecodingMb { get; init; }

    /// <summary>What the templates in memory may take, in units of 1,048,576 bytes; the others are read from disk at each comparison.</summary>
    public double TemplateCacheMb { get; init; } = 4;
}
