namespace Headroom.Bench.Load;

/// <summary>
/// When clients of an open loop arrive, whatever happens to those before them: independent of each other (a Poisson
/// process), the same for the same seed.
/// </summary>
/// <param name="perSecond">How many arrive in a second on average, bad ones included; above zero.</param>
/// <param name="badShare">What share of them is bad, 0 to 1; the bad kinds are equally likely.</param>
internal sealed class ArrivalSchedule(double perSecond, double badShare, int seed)
{
    private static readonly VisitKind[] Bad = [VisitKind.TooLong, VisitKind.TooLongChunked, VisitKind.Leave, VisitKind.Garbage];

    /// <summary>All arrivals before the end, in order.</summary>
    /// <param name="end">Since the start.</param>
    public IEnumerable<(TimeSpan At, VisitKind Kind)> Until(TimeSpan end)
    {
        var random = new Random(seed);
        for (var at = Next(random); at < end.TotalSeconds; at += Next(random))
            yield return (TimeSpan.FromSeconds(at), Draw(random, badShare));
    }

    /// <summary>What one client is.</summary>
    public static VisitKind Draw(Random random, double badShare) =>
        random.NextDouble() < badShare ? Bad[random.Next(Bad.Length)] : VisitKind.Good;

    private double Next(Random random) => -Math.Log(1 - random.NextDouble()) / perSecond;
}
