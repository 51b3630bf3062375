using Headroom.Bench.Cgroups;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>Models of real size in one process under one limit. Memory is in bytes.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="ReadySeconds">From the process's start until all models were loaded; null when they never were.</param>
/// <param name="Loaded">What the process held when they were loaded, by its own account.</param>
/// <param name="OomKills">In all.</param>
/// <param name="SinceStart">The peaks since its start, loading included.</param>
/// <param name="Run">Eight callers; null when it did not come to that.</param>
/// <param name="UnderLoad">The peaks while they called.</param>
/// <param name="FullRate">Right answers a second under the largest limit, prepared.</param>
public sealed record LargeModelsRow(
    string Target, long Limit, bool Prepared, string? StartProblem, double? ReadySeconds, ResidentMemory Loaded, long OomKills, MemoryPeaks SinceStart, MixRun? Run, MemoryPeaks? UnderLoad, double FullRate)
{
    /// <summary>The most anonymous memory that prepared models may take under load, in bytes.</summary>
    public const long MostAnonymous = 140 * 1048576L;

    /// <summary>From this limit on prepared models must run at full speed, in bytes.</summary>
    public const long FullSpeedFrom = 400 * 1048576L;

    /// <summary>What still counts as full speed.</summary>
    public const double FullSpeed = 0.9;

    public double Rate => Run?.Load.RightPerSecond ?? 0;

    /// <summary>The rate as a share of the full one.</summary>
    public double Relative => FullRate > 0 ? Rate / FullRate : 0;

    public string Verdict => StartProblem ?? Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (Run is null)
            yield break;
        foreach (var problem in Run.Deaths(Limit))
            yield return problem;
        if (Run.Load.Right == 0)
            yield return "no right answer";
        if (Prepared && UnderLoad?.Anonymous > MostAnonymous)
            yield return string.Create(CultureInfo.InvariantCulture, $"more than {MostAnonymous / 1048576} MiB anonymous");
        if (Prepared && Limit >= FullSpeedFrom && Relative < FullSpeed)
            yield return "not at full speed";
    }
}
