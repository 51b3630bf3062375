namespace Headroom.Pressure;

/// <summary>
/// How long to wait until the next sample: a second while calm, less the nearer memory is to the limit and the sooner it
/// would be reached at the rate at which it grows, at least 25 ms. Not thread-safe.
/// </summary>
internal sealed class SamplingPace
{
    private DateTimeOffset? _at;
    private long _used;
    private double _growth;

    /// <summary>Bytes per second: the fastest growth lately. Halves each second, so that one quiet sample does not end the watch.</summary>
    public double Growth => _growth;

    public TimeSpan Next(DateTimeOffset at, long used, long limit, double scale)
    {
        var elapsed = _at is { } before ? (at - before).TotalSeconds : 0;
        if (elapsed > 0)
            _growth = Math.Max(0, Math.Max((used - _used) / elapsed, _growth * Math.Pow(0.5, elapsed)));
        (_at, _used) = (at, used);
        var near = ControlLaw.FastestSample + ((ControlLaw.SlowestSample - ControlLaw.FastestSample) * (scale * scale));
        var growing = _growth > 0 ? Math.Max(0, limit - used) / _growth / ControlLaw.SamplesLeft : double.PositiveInfinity;
        return TimeSpan.FromSeconds(Math.Clamp(growing, ControlLaw.FastestSample.TotalSeconds, near.TotalSeconds));
    }
}
