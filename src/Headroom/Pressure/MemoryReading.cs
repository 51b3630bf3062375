namespace Headroom.Pressure;

/// <summary>What is measured beside what should be there, at one moment; all figures in bytes.</summary>
/// <param name="Unreclaimable">Measured.</param>
/// <param name="Leased">What all leases hold.</param>
/// <param name="Expected">What the plan says is there without a lease: baseline, residents.</param>
public readonly record struct MemoryReading(long Unreclaimable, long Leased, long Expected)
{
    /// <summary>What is there beyond leases and plan; negative while they say more than is used.</summary>
    public long Surplus => Unreclaimable - Leased - Expected;
}
