using Headroom.Onnx;
using Headroom.Reclaiming;

namespace Headroom.Server.Inference;

/// <summary>Gives back what the models' shared arena holds and nobody uses.</summary>
internal sealed class ArenaTrim(InferenceGate gate, IServiceProvider services) : IMemoryReclaimer
{
    public string Name => "inference arena";

    public ReclaimRung Rung => ReclaimRung.TrimBuffers;

    /// <summary>Shrinking and growing again cost a run about a third more.</summary>
    public TimeSpan RestoreCost => TimeSpan.FromMilliseconds(20);

    public void Reclaim(double scale)
    {
        // Before anybody has computed there is no arena, and asking for it would load the library.
        if (scale < 1 && gate.Entered > 0 && !gate.IsBusy)
            services.GetRequiredService<OnnxEnvironment>().ShrinkArena();
    }
}
