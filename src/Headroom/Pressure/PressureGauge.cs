namespace Headroom.Pressure;

/// <summary>
/// Turns the used fraction of the limit into a scale and a level. The level has hysteresis: a level is entered at one threshold and left
/// five points below it, so that a service at the border does not flap. Not thread-safe.
/// </summary>
public sealed class PressureGauge
{
    private const double Hysteresis = 0.05;
    private const double ScaleFrom = 0.60;
    private const double ScaleTo = 0.95;
    private static readonly (PressureLevel Level, double Enter)[] Thresholds =
        [(PressureLevel.Moderate, 0.70), (PressureLevel.High, 0.85), (PressureLevel.Critical, 0.95)];

    /// <summary>The level now.</summary>
    public PressureLevel Level { get; private set; }

    /// <summary>
    /// What share of their usual size caches and idle times may have: 1 up to 60 % of the limit, falling evenly to 0 at 95 %
    /// (the scaled triggers of Envoy's overload manager).
    /// </summary>
    public double Scale { get; private set; } = 1;

    /// <summary>Takes a new measurement.</summary>
    /// <param name="used">Unreclaimable memory ÷ limit; 0.85 is where new work is held back, 0.80 where it goes on.</param>
    public PressureLevel Update(double used)
    {
        Scale = Math.Clamp((ScaleTo - used) / (ScaleTo - ScaleFrom), 0, 1);
        var level = PressureLevel.None;
        foreach (var (candidate, enter) in Thresholds)
        {
            if (used >= (Level >= candidate ? enter - Hysteresis : enter))
                level = candidate;
        }
        return Level = level;
    }
}
