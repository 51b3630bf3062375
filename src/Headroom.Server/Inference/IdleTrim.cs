using Headroom.Governing;
using Headroom.Measuring;
using Headroom.Onnx;

namespace Headroom.Server.Inference;

/// <summary>
/// Gives memory back once nothing was computed for a while: what the services keep for their next run, the arena, the managed
/// heap's and the C heap's free pages. The models stay; the next run pays some milliseconds for allocating anew.
/// </summary>
internal sealed class IdleTrim(InferenceGate gate, MemoryGovernor governor, IEnumerable<TrimWhenIdle> kept, IServiceProvider services, TimeProvider time)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(10);

    private IdleWatch? _watch;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watch = new IdleWatch(gate, IdleFor, Trim, time, () => governor.Scale);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _watch?.Dispose();

    private void Trim()
    {
        foreach (var trim in kept)
            trim();
        // Asked for here and not before: somebody has computed, so it exists.
        services.GetRequiredService<OnnxEnvironment>().ShrinkArena();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
