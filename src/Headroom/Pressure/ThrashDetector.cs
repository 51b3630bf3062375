using Headroom.Measuring;

namespace Headroom.Pressure;

/// <summary>
/// Notices that mapped files (model weights, code) are evicted and read again all the time. The sign is refaults: pages
/// that had been in memory before, so a first read of the weights is none, however long it takes. What the process reads
/// through system calls is subtracted: streaming a large file is no thrashing. Stall information (PSI) counts beside it.
/// Major faults count only where the kernel knows no refaults: read ahead in order, a mapping thrashes with hardly any.
/// Not thread-safe.
/// </summary>
public sealed class ThrashDetector
{
    private const int PageBytes = 4096;

    private MemorySnapshot? _from;
    private DateTimeOffset _turned;

    /// <summary>Whether it has gone on for at least 5 s, and has not been over for 10 s since.</summary>
    public bool IsThrashing { get; private set; }

    /// <summary>Whether it went on in the last second too: else it may be over, and nothing more needs to be done about it.</summary>
    public bool IsOngoing { get; private set; }

    /// <summary>Whether code itself is evicted and read again, in the last second: without help hardly anything will go on.</summary>
    public bool IsStarving { get; private set; }

    /// <summary>Evicted file pages that were read again, per second, over the last second or more; system calls subtracted.</summary>
    public double Refaults { get; private set; }

    /// <summary>Major page faults per second, over the last second or more.</summary>
    public double MajorFaults { get; private set; }

    /// <summary>Share of the last ten seconds in which some task waited for memory, 0 to 1; 0 where the kernel does not say.</summary>
    public double Stalled { get; private set; }

    /// <summary>Takes a new measurement.</summary>
    public bool Update(in MemorySnapshot now)
    {
        if (now.Cgroup is not { } cgroup || _from is not { Cgroup: { } before } from)
        {
            (_from, _turned) = (now, now.At);
            return IsThrashing;
        }
        var elapsed = now.At - from.At;
        if (elapsed < ControlLaw.ThrashingWindow)
            return IsThrashing;

        var calls = Math.Max(0, now.ReadByCalls - from.ReadByCalls) / PageBytes;
        Refaults = Math.Max(0, (cgroup.Refaults - before.Refaults ?? 0) - calls) / elapsed.TotalSeconds;
        MajorFaults = Math.Max(0, cgroup.MajorFaults - before.MajorFaults) / elapsed.TotalSeconds;
        Stalled = cgroup.Stalled ?? 0;
        _from = now;
        Turn(now.At, knowsRefaults: cgroup.Refaults is not null || cgroup.Stalled is not null);
        return IsThrashing;
    }

    private void Turn(DateTimeOffset now, bool knowsRefaults)
    {
        var faults = knowsRefaults ? 0 : MajorFaults / ControlLaw.FaultsPerSecond;
        var intensity = Math.Max(Math.Max(Refaults / ControlLaw.RefaultsPerSecond, Stalled / ControlLaw.StalledShare), faults);
        var stays = IsThrashing ? intensity >= ControlLaw.ThrashingOverBelow : intensity < 1;
        if (stays)
            _turned = now;
        else if (now - _turned >= (IsThrashing ? ControlLaw.ThrashingOver : knowsRefaults ? ControlLaw.ThrashingSustained : ControlLaw.FaultsSustained))
            (IsThrashing, _turned) = (!IsThrashing, now);
        IsOngoing = IsThrashing && intensity >= ControlLaw.ThrashingOverBelow;
        IsStarving = intensity >= ControlLaw.Starving;
    }
}
