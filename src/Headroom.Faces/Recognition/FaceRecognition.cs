using Headroom.Faces.Detection;
using Headroom.Faces.Embedding;
using Headroom.Imaging;
using Headroom.Onnx;
using Headroom.Residents;

namespace Headroom.Faces.Recognition;

/// <summary>
/// From a decoded photo to the vector of its one face: detect, align, embed. As many photos as the inference gate lets in
/// run a model, each on every core: a run holds ten times the memory of a decoding, and a second one beside it gains next
/// to no speed.
/// </summary>
internal sealed class FaceRecognition(
    ModelSlot<RetinaFaceDetector> detector, ModelSlot<FaceEmbedder> embedder, InferenceGate runs, RunReserve reserve, FacesOptions options)
{
    /// <summary>Next to a face of this relative size or larger, another one makes the photo ambiguous.</summary>
    private const float OtherFaceSize = 0.5f;

    /// <summary>Both models, loading them if needed. Ask before leasing anything; whoever holds them gets them again without waiting.</summary>
    public async ValueTask<FaceModels> AcquireModelsAsync(CancellationToken cancellationToken)
    {
        // Both load at once.
        embedder.Preload();
        var first = await detector.AcquireAsync(cancellationToken);
        try
        {
            return new FaceModels(first, await embedder.AcquireAsync(cancellationToken));
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>Finds the one face of a photo and embeds it.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="models">Both models.</param>
    /// <param name="cancellationToken">Gives up between and inside the steps.</param>
    public async Task<FaceReading> EmbedAsync(RgbImage image, FaceModels models, CancellationToken cancellationToken)
    {
        using var run = await runs.EnterAsync(cancellationToken);
        try
        {
            return Embed(image, models, cancellationToken);
        }
        finally
        {
            reserve.AfterRun();
        }
    }

    private FaceReading Embed(RgbImage image, FaceModels models, CancellationToken cancellationToken)
    {
        var found = models.Detector.Detect(image, cancellationToken).OrderByDescending(f => f.Box.Area).ToList();
        var factor = (float)image.SourceWidth / image.Width;
        var faces = found.ConvertAll(f => f.Scale(factor));
        if (found.Count == 0)
            return new FaceReading(FaceFinding.NoFace, faces, null);
        if (found.Count > 1 && found[1].Box.Height > OtherFaceSize * found[0].Box.Height)
            return new FaceReading(FaceFinding.SeveralFaces, faces, null);
        if (Math.Min(found[0].Box.Width, found[0].Box.Height) < options.MinFace)
            return new FaceReading(FaceFinding.TooSmall, faces, null);
        return models.Embedder.Embed(image, found[0], cancellationToken) is { } vector
            ? new FaceReading(FaceFinding.OneFace, faces, vector)
            : new FaceReading(FaceFinding.NoFace, faces, null);
    }
}
