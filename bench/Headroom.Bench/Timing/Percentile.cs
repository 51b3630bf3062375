namespace Headroom.Bench.Timing;

/// <summary>Nearest-rank percentiles: each is a value that was measured.</summary>
internal static class Percentile
{
    /// <param name="ascending">The values, sorted.</param>
    /// <param name="percent">Above 0, up to 100.</param>
    /// <returns>The value; zero when there are none.</returns>
    public static double Of(IReadOnlyList<double> ascending, double percent) =>
        ascending.Count == 0 ? 0 : ascending[Math.Clamp((int)Math.Ceiling(ascending.Count * percent / 100.0) - 1, 0, ascending.Count - 1)];
}
