using Headroom.Reclaiming;

namespace Headroom.Residents;

/// <summary>
/// Unloads one model that nobody uses each time it runs, the least recently used first. A model that was used in the last
/// ten seconds stays: loading it again would take more than it gives.
/// </summary>
/// <param name="slots">The models' places.</param>
public sealed class IdleModelUnload(IEnumerable<IModelSlot> slots) : IMemoryReclaimer
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<IModelSlot> _slots = [.. slots];

    /// <inheritdoc/>
    public string Name => "idle models";

    /// <inheritdoc/>
    public ReclaimRung Rung => ReclaimRung.UnloadIdleModels;

    /// <inheritdoc/>
    public TimeSpan RestoreCost => TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Reclaim(double scale)
    {
        if (scale >= 1)
            return;
        foreach (var slot in _slots.OrderBy(s => s.Status.LastUsed ?? DateTimeOffset.MinValue))
        {
            if (slot.UnloadIfIdle(Idle))
                return;
        }
    }
}
