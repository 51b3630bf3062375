using Headroom.Pressure;

namespace Headroom.Reclaiming;

/// <summary>What a step of the ladder is decided on.</summary>
/// <param name="At">Now.</param>
/// <param name="Level">The pressure.</param>
/// <param name="Scale">What share of their usual size reclaimers may keep.</param>
/// <param name="IsThrashing">Whether mapped files are read again all the time, or were a moment ago.</param>
/// <param name="ThrashesNow">Whether they are right now.</param>
/// <param name="Unreclaimable">Measured bytes.</param>
/// <param name="Limit">The limit in bytes.</param>
internal readonly record struct LadderSituation(
    DateTimeOffset At,
    PressureLevel Level,
    double Scale,
    bool IsThrashing,
    bool ThrashesNow,
    long Unreclaimable,
    long Limit)
{
    /// <summary>Measured bytes that neither plan nor leases explain.</summary>
    public long Unexplained { get; init; }

    /// <summary>How many leases were granted for work so far, if all of them have ended while work is held back; else -1.</summary>
    public long Ended { get; init; } = -1;
}
