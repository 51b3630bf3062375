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

    /// <summary>How long decoding one photo may take, in seconds, once it has its turn; one that takes longer is given up with 422.</summary>
    public double DecodeSeconds { get; init; } = 5;

    /// <summary>
    /// What decoding photos may take, in units of 1,048,576 bytes; by default a fifth of the limit, 52 to 192. A photo
    /// that needs more by its header is answered 413; most need 12, progressive JPEGs 49 (12 MP) to 163 (48 MP).
    /// </summary>
    public double? DecodingMb { get; init; }

    /// <summary>What the templates in memory may take, in units of 1,048,576 bytes; the others are read from disk at each comparison.</summary>
    public double TemplateCacheMb { get; init; } = 4;

    internal TimeSpan DecodeTime => TimeSpan.FromSeconds(DecodeSeconds);

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="InvalidOperationException">One makes no sense; the message names the setting.</exception>
    public FacesOptions Validate()
    {
        Require(Accept is >= -1 and <= 1, nameof(Accept), "a cosine from -1 to 1");
        Require(Unsure >= -1 && Unsure <= Accept, nameof(Unsure), "a cosine from -1 to the one of ACCEPT");
        Require(Margin is >= 0 and <= 2, nameof(Margin), "a difference of cosines from 0 to 2");
        Require(MinFace is >= 1 and <= 1024, nameof(MinFace), "pixels, from 1 to 1024");
        Require(MaxPhotoMb is > 0 and <= 1024, nameof(MaxPhotoMb), "megabytes, above 0 and at most 1024");
        Require(MaxPixels is >= 1 and <= 1_000_000_000, nameof(MaxPixels), "pixels, from 1 to 1000000000");
        Require(DecodeSeconds is >= 0.1 and <= 60, nameof(DecodeSeconds), "seconds, from 0.1 to 60");
        Require(DecodingMb is null or (>= 12 and <= 65536), nameof(DecodingMb), "megabytes, from 12 (an ordinary photo) to 65536");
        Require(TemplateCacheMb is >= 0 and <= 65536, nameof(TemplateCacheMb), "megabytes, from 0 to 65536");
        return this;
    }

    private static void Require(bool fits, string name, string what)
    {
        if (!fits)
            throw new InvalidOperationException($"HEADROOM__FACES__{name.ToUpperInvariant()} must be {what}.");
    }
}
