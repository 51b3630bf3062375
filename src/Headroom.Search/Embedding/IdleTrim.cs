using Headroom.Governing;
using Headroom.Measuring;
using Headroom.Onnx;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Search.Embedding;

/// <summary>Gives the inference arena's memory back once nothing was computed for a while. The model stays; the next batch pays some milliseconds.</summary>
internal sealed class IdleTrim(InferenceGate gate, MemoryGovernor governor, IServiceProvider services, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(10);

    private IdleWatch? _watch;

    public void Start() => _watch ??= new IdleWatch(gate, IdleFor, Trim, time, () => governor.Scale);

    public void Dispose() => _watch?.Dispose();

    private void Trim()
    {
        // Asked for here and not before: somebody has computed, so it exists.
        services.GetRequiredService<OnnxEnvironment>().ShrinkArena();
        NativeHeap.Trim();
    }
}
