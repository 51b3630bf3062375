using Headroom.Onnx;
using Headroom.Reclaiming;

namespace Headroom.Server.Inference;

/// <summary>Lets fewer models run at once while their weights are read again and again: fewer need to be in memory together.</summary>
internal sealed class FewerRuns(InferenceGate gate) : IMemoryReclaimer
{
    public string Name => "inferences at once";

    public ReclaimRung Rung => ReclaimRung.LessParallel;

    public TimeSpan RestoreCost => TimeSpan.Zero;

    public void Reclaim(double scale) => gate.Limit = Math.Clamp((int)(gate.Capacity * scale), 1, gate.Capacity);
}
