namespace Headroom.Bench.Scenarios;

/// <summary>One server under one limit, overloaded. Memory is in bytes.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="Sustainable">Right answers a second when eight clients took turns.</param>
/// <param name="Run">The overload.</param>
public sealed record OverloadRow(string Target, long Limit, string? StartProblem, double Sustainable, MixRun? Run)
{
    /// <summary>The least share of the sustainable rate that must be left.</summary>
    public const double LeastGoodput = 0.9;

    /// <summary>Right answers a second under overload, as a share of the sustainable rate.</summary>
    public double Goodput => Run is null || Sustainable <= 0 ? 0 : Run.Load.RightPerSecond / Sustainable;

    public string Verdict => Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (StartProblem is not null)
            return [StartProblem];
        return Run is null ? ["no right answer before the overload"] : [.. Run.Problems(Limit), .. Slowness()];
    }

    private IEnumerable<string> Slowness() =>
        Goodput < LeastGoodput ? [string.Create(CultureInfo.InvariantCulture, $"goodput {100 * Goodput:0} %")] : [];
}
