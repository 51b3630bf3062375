using Headroom.Buffers;
using Headroom.Faces.Detection;
using Headroom.Faces.Embedding;
using Headroom.Governing;
using Headroom.Measuring;
using Headroom.Onnx;
using Headroom.Residents;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Faces.Recognition;

/// <summary>
/// Gives memory back once nothing was computed for a while: tensors, the arena, photo segments, the managed heap's and
/// the C heap's free pages. The models stay; the next photo pays some milliseconds for allocating anew.
/// </summary>
internal sealed class IdleTrim(ModelSlot<FaceDetector> detector, ModelSlot<FaceEmbedder> embedder, SegmentPool segments, InferenceGate gate, MemoryGovernor governor, IServiceProvider services, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(10);

    private IdleWatch? _watch;

    public void Start() => _watch ??= new IdleWatch(gate, IdleFor, Trim, time, () => governor.Scale);

    public void Dispose() => _watch?.Dispose();

    private void Trim()
    {
        detector.IfLoaded(d => d.Trim());
        embedder.IfLoaded(e => e.Trim());
        // Asked for here and not before: somebody has computed, so it exists.
        services.GetRequiredService<OnnxEnvironment>().ShrinkArena();
        segments.Trim();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
