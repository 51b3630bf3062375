namespace Headroom.Bench.Scenarios;

/// <summary>One server that leaks on purpose. Memory is in bytes.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="BytesPerSecond">How fast it leaks.</param>
/// <param name="UpTo">How much it leaks in all.</param>
/// <param name="LeakEnds">Seconds after the start of the load when all of it had leaked.</param>
public sealed record LeakRow(string Target, long Limit, string? StartProblem, long BytesPerSecond, long UpTo, double LeakEnds, MixRun? Run)
{
    /// <summary>The longest that the trend may take to say it, in seconds.</summary>
    public const double LatestWord = 180;

    /// <summary>The time in which little has leaked yet, in seconds.</summary>
    public double Early => Math.Min(30, LeakEnds / 4);

    /// <summary>Right answers a second before much had leaked.</summary>
    public double RateBefore => Rate(0, Early);

    /// <summary>Right answers a second while it leaked.</summary>
    public double RateDuring => Rate(Early, LeakEnds);

    /// <summary>Right answers a second after all of it had leaked.</summary>
    public double RateAfter => Rate(LeakEnds, Run?.Load.Seconds ?? 0);

    public string Verdict => StartProblem ?? Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (Run is null)
            yield break;
        foreach (var problem in Run.Problems(Limit))
            yield return problem;
        if (Run.Peaks.Unreclaimable < UpTo)
            yield return "nothing leaked: does this build have the fault switch?";
        else if (Run.Watch.LeakSaidAfter is not { } said)
            yield return "the trend never said leak";
        else if (said > LatestWord)
            yield return string.Create(CultureInfo.InvariantCulture, $"the trend said leak only after {said:0} s");
        if (RateAfter <= 0)
            yield return "no right answer after the leak";
    }

    private double Rate(double from, double to)
    {
        var seconds = Math.Floor(to) - Math.Ceiling(from);
        return Run is null || seconds <= 0 ? 0 : Run.Load.Between(from, to).Right / seconds;
    }
}
