using Headroom.Budget;
using Headroom.Limits;
using Headroom.Measuring;

namespace Headroom.Pressure;

/// <summary>
/// The second gate beside the ledger: samples unreclaimable memory and pauses the budget while it is high. A ledger
/// alone misses memory that nobody declared; mapped weights are clean pages and never count here.
/// </summary>
public sealed class PressureMonitor(MemoryLimit limit, MemoryMeter meter, MemoryBudget budget)
{
    private readonly PressureGauge _gauge = new();
    private readonly Lock _lock = new();
    private volatile PressureLevel _level;

    /// <summary>The level at the last sample.</summary>
    public PressureLevel Level => _level;

    /// <summary>How long to wait until the next sample: 100 ms from moderate pressure on, else one second.</summary>
    public TimeSpan Interval => _level == PressureLevel.None ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(100);

    /// <summary>Measures, moves the level, pauses or resumes the budget.</summary>
    public MemorySnapshot Sample()
    {
        lock (_lock)
        {
            var snapshot = meter.Read();
            _level = _gauge.Update((double)snapshot.Unreclaimable / limit.Size.Bytes);
            budget.Paused = _level >= PressureLevel.High;
            return snapshot;
        }
    }
}
