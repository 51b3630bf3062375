using Headroom.Budget;

namespace Headroom.Server.Faults;

/// <summary>Refuses some leases at random, to show that every refusal ends in a clean answer and nothing is lost.</summary>
internal sealed partial class LeaseFault(FaultSettings faults)
{
    private readonly Random _random = new(faults.Seed);
    private readonly Lock _lock = new();

    /// <summary>Models are left alone: without them there would be nothing to refuse.</summary>
    public bool Refuses(BudgetPool pool)
    {
        if (pool.Name == "models")
            return false;
        lock (_lock)
            return _random.NextDouble() < faults.RefuseLeases;
    }

    public void Announce(ILogger logger) => LogRefusals(logger, faults.RefuseLeases, faults.Seed);

    [LoggerMessage(
        LogLevel.Warning,
        "This server refuses {Share:P0} of all leases on purpose (seed {Seed}): HEADROOM__FAULTS__REFUSELEASES is set. Unset it unless this is a test.")]
    private static partial void LogRefusals(ILogger logger, double share, int seed);
}
