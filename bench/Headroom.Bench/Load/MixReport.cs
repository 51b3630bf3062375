namespace Headroom.Bench.Load;

/// <summary>What the mixed load client saw. Times are in milliseconds.</summary>
/// <param name="StartedAt">The machine's monotonic clock at the first arrival (<see cref="Stopwatch.GetTimestamp"/>): the same for all processes.</param>
/// <param name="Seconds">How long clients came.</param>
/// <param name="Timeline">How requests ended in each second since the start; those that ended later stand after <paramref name="Seconds"/>.</param>
/// <param name="Outcomes">How many requests of each kind ended how.</param>
/// <param name="Improper">How many ended as no server may answer, or without an answer, by kind and outcome.</param>
/// <param name="NotSent">Arrivals that found too many connections open.</param>
/// <param name="MostOpen">The most connections at once.</param>
/// <param name="LatestArrival">How far the client fell behind its schedule at worst.</param>
/// <param name="P50">Of the right answers, like the figures after it; zero when there are none.</param>
internal sealed record MixReport(
    long StartedAt,
    double Seconds,
    IReadOnlyList<LoadSecond> Timeline,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Outcomes,
    IReadOnlyDictionary<string, int> Improper,
    int NotSent,
    int MostOpen,
    double LatestArrival,
    double P50,
    double P95,
    double P99,
    double Max)
{
    /// <summary>Right answers a second while clients came.</summary>
    public double RightPerSecond => Between(0, Seconds) is { } all && Seconds >= 1 ? all.Right / Math.Floor(Seconds) : 0;

    public int Right => Timeline.Sum(second => second.Right);

    public int Busy => Timeline.Sum(second => second.Busy);

    /// <summary>Requests that were sent.</summary>
    public int Requests => Outcomes.Values.Sum(kind => kind.Values.Sum());

    /// <summary>What no server may answer.</summary>
    public IEnumerable<string> Problems()
    {
        if (Improper.Count > 0)
            yield return $"improper answers ({Words.Counts(Improper)})";
    }

    /// <summary>How requests ended in the whole seconds between two moments.</summary>
    /// <param name="from">Seconds since the start.</param>
    /// <param name="to">Seconds since the start.</param>
    public LoadSecond Between(double from, double to) =>
        Timeline.Take((int)Math.Floor(to)).Skip(Math.Max(0, (int)Math.Ceiling(from))).Aggregate(LoadSecond.None, (sum, second) => sum + second);
}
