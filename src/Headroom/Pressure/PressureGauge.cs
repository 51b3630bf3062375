namespace Headroom.Pressure;

/// <summary>
/// Turns the used fraction of the limit into a scale and a level. The level has hysteresis: a level is entered at one threshold and left
/// five points below it, so that a service at the border does not flap. Not thread-safe.
/// </summary>
public sealed class PressureGauge
{
    private static readonly (PressureLevel Level, double Enter)[] Thresholds =
        [(PressureLevel.Moderate, ControlLaw.Moderate), (PressureLevel.High, ControlLaw.High), (PressureLevel.Critical, ControlLaw.Critical)];

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
        Scale = Math.Clamp((ControlLaw.ScaleTo - used) / (ControlLaw.ScaleTo - ControlLaw.ScaleFrom), 0, 1);
        var level = PressureLevel.None;
        foreach (var (candidate, enter) in Thresholds)
        {
            if (used >= (Level >= candidate ? enter - ControlLaw.Hysteresis : enter))
                level = candidate;
        }
        return Level = level;
    }
}
