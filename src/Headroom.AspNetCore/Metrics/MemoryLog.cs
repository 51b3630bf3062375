using Headroom.Budget;
using Headroom.Governing;
using Headroom.Measuring;
using Headroom.Pressure;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore.Metrics;

/// <summary>Writes one line about memory every 30 seconds, and a warning when it comes close to the limit. Not thread-safe.</summary>
internal sealed partial class MemoryLog(MemoryGovernor governor, MemoryBudget budget, TimeProvider time, ILogger<MemoryLog> logger)
{
    private const double WarnAbove = 0.88;
    private const double CalmBelow = 0.83;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private long _writtenAt = time.GetTimestamp();
    private bool _warned;

    /// <summary>Takes every sample, however often that is.</summary>
    public void Observe(in MemorySnapshot now, PressureLevel pressure)
    {
        Warn(now);
        if (time.GetElapsedTime(_writtenAt) < Period)
            return;
        _writtenAt = time.GetTimestamp();
        LogMemory(
            governor.Limit.Size, new ByteSize(now.Unreclaimable), new ByteSize(now.WorkingSet),
            budget.Leased, budget.Waiting, pressure, governor.Unexplained, new ByteSize(now.GcHeap));
    }

    private void Warn(in MemorySnapshot now)
    {
        var used = (double)now.Unreclaimable / governor.Limit.Size.Bytes;
        if (used > WarnAbove && !_warned)
            LogHigh(used, new ByteSize(now.Unreclaimable), governor.Limit.Size);
        _warned = used > (_warned ? CalmBelow : WarnAbove);
    }

    [LoggerMessage(
        LogLevel.Information,
        "Memory: {Unreclaimable} of {Limit} can't be reclaimed, working set {WorkingSet}, leased {Leased}, waiting {Waiting}, "
        + "pressure {Pressure}, unexplained {Unexplained}, managed heap {GcHeap}.")]
    private partial void LogMemory(
        ByteSize limit, ByteSize unreclaimable, ByteSize workingSet, ByteSize leased,
        int waiting, PressureLevel pressure, ByteSize unexplained, ByteSize gcHeap);

    [LoggerMessage(
        LogLevel.Warning,
        "Memory is at {Used:P0} of the limit: {Unreclaimable} of {Limit} can't be reclaimed. "
        + "New work is held back; /memory-status says what takes it. "
        + "If this comes often, lower what the pools may lease or raise the limit.")]
    private partial void LogHigh(double used, ByteSize unreclaimable, ByteSize limit);
}
