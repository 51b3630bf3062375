using Headroom.Faces.Detection;
using Headroom.Faces.Embedding;
using Headroom.Residents;

namespace Headroom.Faces.Recognition;

/// <summary>Both models, held in memory for as long as this is not disposed.</summary>
internal sealed class FaceModels(ModelReference<RetinaFaceDetector> detector, ModelReference<FaceEmbedder> embedder) : IDisposable
{
    public RetinaFaceDetector Detector => detector.Model;

    public FaceEmbedder Embedder => embedder.Model;

    public void Dispose()
    {
        detector.Dispose();
        embedder.Dispose();
    }
}
