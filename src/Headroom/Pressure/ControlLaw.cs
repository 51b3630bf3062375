namespace Headroom.Pressure;

/// <summary>
/// The constants of the control law, together, in the order in which a sample uses them. «Used» is unreclaimable memory ÷ limit.
/// </summary>
/// <remarks>
/// A sample is taken every 25 ms to 1 s. Its share of the limit gives a scale for caches and idle times, and a level; above
/// <see cref="High"/> new work is held back, and each sample may run one reclaimer, the cheapest to restore first; where none
/// is left and the level is critical, the largest work is cancelled. docs/explanation/pressure.md says why, with what was measured.
/// </remarks>
internal static class ControlLaw
{
    // Scale: 1 up to the first share used, falling evenly to 0 at the second (the scaled triggers of Envoy's overload manager).
    internal const double ScaleFrom = 0.60;
    internal const double ScaleTo = 0.95;

    // Levels: entered at these shares used, left this much below, so that a service at the border does not flap.
    internal const double Moderate = 0.70;
    internal const double High = 0.85;
    internal const double Critical = 0.95;
    internal const double Hysteresis = 0.05;

    // Pace of samples: the fastest near the limit, or as many as this before the limit would be reached at the present growth.
    internal const double SamplesLeft = 8;
    internal static readonly TimeSpan SlowestSample = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan FastestSample = TimeSpan.FromMilliseconds(25);
    internal static readonly TimeSpan LimitReadEvery = TimeSpan.FromSeconds(1);

    // The kernel counts in batches for each processor: what was freed is seen so much later.
    internal static readonly TimeSpan ReturnSettles = TimeSpan.FromMilliseconds(100);
    internal static readonly TimeSpan ReclaimSettles = TimeSpan.FromMilliseconds(50);

    // Thrashing: any of these rates for as long as «sustained»; over below a share of them for as long as «over»; at a
    // multiple of them hardly anything but reading goes on. Faults don't tell a slow first read from thrashing, but it ends.
    internal const double RefaultsPerSecond = 2000;
    internal const double FaultsPerSecond = 500;
    internal const double StalledShare = 0.10;
    internal const double ThrashingOverBelow = 0.25;
    internal const double Starving = 10;
    internal static readonly TimeSpan ThrashingWindow = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan ThrashingSustained = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan FaultsSustained = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan ThrashingOver = TimeSpan.FromSeconds(10);

    // Holding work back: while the level is high, and afterwards as long as this share of the limit is unexplained.
    internal const double UnexplainedShare = 0.10;
    internal static readonly TimeSpan Probation = TimeSpan.FromMinutes(1);

    // What work may fill while it is held back: most of the limit; lowered in steps while code itself is evicted, raised
    // again by trial, more rarely each time that goes wrong (additive increase, multiplicative waiting).
    internal const double RoomWhilePaused = 0.92;
    internal const double RoomDown = 0.03;
    internal const double RoomUp = 0.01;
    internal static readonly TimeSpan RoomLowerEvery = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan RoomFirstRaise = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan RoomLongestRaise = TimeSpan.FromMinutes(10);

    // The ladder. A run counts if it brings this part of the limit, above the counters' noise; there may be something new
    // to gain once memory has grown by that part. A reclaimer takes a twentieth of the time at most, and one that brings
    // nothing rests twice as long each time. Mapped pages don't lower the scale, so thrashing does.
    internal const int NoticeableReturn = 256;
    internal const int NoticeableGrowth = 50;
    internal const int RestForWork = 20;
    internal const double ThrashingScale = 0.5;
    internal static readonly TimeSpan ShortRest = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    // Raised too early, what runs at once would bring the thrashing back.
    internal static readonly TimeSpan CalmBeforeParallel = TimeSpan.FromMinutes(1);

    // Cancelling: how long cancelled work may take to give its memory back before more is cancelled; and the share of the
    // limit below which leases count as ended.
    internal const double NextToNothing = 0.01;
    internal static readonly TimeSpan CancelEvery = TimeSpan.FromSeconds(1);
}
