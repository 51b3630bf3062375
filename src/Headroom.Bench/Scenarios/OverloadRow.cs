namespace Headroom.Bench.Scenarios;

/// <summary>One server under one limit, overloaded. Memory is in bytes.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="Sustainable">Right answers a second when eight clients took turns before.</param>
/// <param name="Run">The overload.</param>
public sealed record OverloadRow(string Target, long Limit, string? StartProblem, double Sustainable, MixRun? Run)
{
    /// <summary>The least share of the sustainable rate that must be left.</summary>
    public const double LeastGoodput = 0.9;

    /// <summary>The least share of the rate before that must be there again afterwards.</summary>
    public const double LeastRecovery = 0.8;

    /// <summary>The same afterwards.</summary>
    public double SustainableAfter { get; init; } = Sustainable;

    /// <summary>
    /// Right answers a second under overload, as a share of the sustainable rate: the mean of before and after, as a
    /// machine that others share is not as fast at one time as at another.
    /// </summary>
    public double Goodput => Run is null || Sustainable <= 0 ? 0 : Run.Load.RightPerSecond / ((Sustainable + SustainableAfter) / 2);

    public string Verdict => Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (StartProblem is not null)
            return [StartProblem];
        return Run is null ? ["no right answer before the overload"] : [.. Run.Problems(Limit), .. Slowness()];
    }

    private IEnumerable<string> Slowness()
    {
        if (Goodput < LeastGoodput)
            yield return string.Create(CultureInfo.InvariantCulture, $"goodput {100 * Goodput:0} %");
        if (SustainableAfter < LeastRecovery * Sustainable)
            yield return string.Create(CultureInfo.InvariantCulture, $"only {SustainableAfter:0.0}/s afterwards");
    }
}
