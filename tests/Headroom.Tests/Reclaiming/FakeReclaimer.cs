using Headroom.Reclaiming;

namespace Headroom.Tests.Reclaiming;

/// <summary>A reclaimer that notes how it was called.</summary>
internal sealed class FakeReclaimer(string name, ReclaimRung rung, double restoreSeconds = 0, Action<double>? reclaim = null) : IMemoryReclaimer
{
    public List<double> Calls { get; } = [];

    public string Name => name;

    public ReclaimRung Rung => rung;

    public TimeSpan RestoreCost => TimeSpan.FromSeconds(restoreSeconds);

    public void Reclaim(double scale)
    {
        Calls.Add(scale);
        reclaim?.Invoke(scale);
    }
}
