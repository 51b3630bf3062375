using Headroom.Buffers;
using Headroom.Faces.Detection;
using Headroom.Faces.Embedding;
using Headroom.Onnx;
using Headroom.Reclaiming;
using Headroom.Residents;

namespace Headroom.Faces.Photos;

/// <summary>What is kept for the next photo: segments that photos are received into, and the tensors of runs.</summary>
internal sealed class PhotoBuffers(ModelSlot<RetinaFaceDetector> detector, ModelSlot<FaceEmbedder> embedder, SegmentPool segments, InferenceGate gate)
    : IMemoryReclaimer
{
    public string Name => "photo buffers";

    public ReclaimRung Rung => ReclaimRung.TrimBuffers;

    /// <summary>The next photo allocates anew.</summary>
    public TimeSpan RestoreCost => TimeSpan.FromMilliseconds(5);

    public void Reclaim(double scale)
    {
        segments.Scale = scale;
        if (scale < 1 && !gate.IsBusy)
            TrimTensors();
    }

    /// <summary>Frees all of it that nobody uses.</summary>
    public void Trim()
    {
        TrimTensors();
        segments.Trim();
    }

    private void TrimTensors()
    {
        detector.IfLoaded(d => d.Trim());
        embedder.IfLoaded(e => e.Trim());
    }
}
