using Headroom.Faces.Alignment;
using Headroom.Faces.Detection;
using Headroom.Faces.Models;
using Headroom.Imaging;

namespace Headroom.Faces.Embedding;

/// <summary>Turns a face into a unit vector; the cosine of two tells how alike they are. Thread-safe.</summary>
internal sealed class FaceEmbedder(LoadedModel model, ModelDescription description) : IDisposable
{
    /// <summary>Bytes of weights that are mapped.</summary>
    public ByteSize Mapped => model.Mapped;

    /// <summary>Aligns and embeds one face.</summary>
    /// <returns>The vector, of length 1; null when the landmarks don't make a face.</returns>
    public float[]? Embed(RgbImage image, in DetectedFace face, CancellationToken cancellationToken)
    {
        var side = description.Size;
        using var rented = model.Rent([1, 3, side, side]);
        if (!FaceAligner.TryAlign(image, face.Landmarks, rented.Run.Input<float>(0), side, description.Mean, description.Scale))
            return null;
        rented.Run.Run(cancellationToken);
        var vector = rented.Run.Output<float>(0).ToArray();
        return Normalize(vector) ? vector : null;
    }

    /// <summary>Frees the tensors that nobody uses.</summary>
    public void Trim() => model.Trim();

    public void Dispose() => model.Dispose();

    private static bool Normalize(Span<float> vector)
    {
        var square = 0f;
        foreach (var component in vector)
            square += component * component;
        if (!(square > 0) || !float.IsFinite(square))
            return false;
        var factor = 1 / MathF.Sqrt(square);
        foreach (ref var component in vector)
            component *= factor;
        return true;
    }
}
