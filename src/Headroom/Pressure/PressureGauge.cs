namespace Headroom.Pressure;

/// <summary>
/// Turns the used fraction of the limit into a level, with hysteresis: a level is entered at one threshold and left
/// five points below it, so that a service at the border does not flap. Not thread-safe.
/// </summary>
public sealed class PressureGauge
{
    private const double Hysteresis = 0.05;
    private static readonly (PressureLevel Level, double Enter)[] Thresholds =
        [(PressureLevel.Moderate, 0.70), (PressureLevel.High, 0.85), (PressureLevel.Critical, 0.95)];

    /// <summary>The level now.</summary>
    public PressureLevel Level { get; private set; }

    /// <summary>Takes a new measurement.</summary>
    /// <param name="used">Unreclaimable memory ÷ limit; 0.85 is where new work is held back, 0.80 where it goes on.</param>
    public PressureLevel Update(double used)
    {
        var level = PressureLevel.None;
        foreach (var (candidate, enter) in Thresholds)
        {
            if (used >= (Level >= candidate ? enter - Hysteresis : enter))
                level = candidate;
        }
        return Level = level;
    }
}
