using Headroom.Buffers;
using Headroom.Faces.Detection;
using Headroom.Faces.Embedding;
using Headroom.Onnx;
using Headroom.Reclaiming;
using Headroom.Residents;

namespace Headroom.Faces.Recognition;

/// <summary>Frees what is kept for the next photo: segments that photos are received into, and the tensors of runs.</summary>
internal sealed class BufferTrim(ModelSlot<FaceDetector> detector, ModelSlot<FaceEmbedder> embedder, SegmentPool segments, InferenceGate gate) : IMemoryReclaimer
{
    public string Name => "photo buffers";

    public ReclaimRung Rung => ReclaimRung.TrimBuffers;

    /// <summary>The next photo allocates anew.</summary>
    public TimeSpan RestoreCost => TimeSpan.FromMilliseconds(5);

    public void Reclaim(double scale)
    {
        segments.Scale = scale;
        if (scale >= 1 || gate.IsBusy)
            return;
        detector.IfLoaded(d => d.Trim());
        embedder.IfLoaded(e => e.Trim());
    }
}
