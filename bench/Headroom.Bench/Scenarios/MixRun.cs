using Headroom.Bench.Load;
using Headroom.Bench.Programs;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>One server under one mixed load, seen from all sides.</summary>
internal sealed record MixRun : ObservedRun
{
    public MixRun(MixReport load, ObservedRun seen)
        : base(seen) => Load = load;

    /// <summary>What its clients saw.</summary>
    public MixReport Load { get; init; }

    /// <summary>Plays a load on a server while it is probed and watched.</summary>
    /// <param name="meanwhile">Done at the same time; the load is the measure of when it is over.</param>
    public static async Task<MixRun> PlayAsync(
        BuiltProgram bench, MeasuredServer server, MixPlan plan, CancellationToken cancellationToken, Func<Task>? meanwhile = null)
    {
        var (load, seen) = await DuringAsync(server, async () =>
        {
            var load = LoadProcess.RunAsync(bench, plan, cancellationToken);
            await Task.WhenAll(load, meanwhile?.Invoke() ?? Task.CompletedTask);
            return await load;
        });
        return new MixRun(load, seen);
    }

    /// <summary>What no server may do, whatever the scenario.</summary>
    /// <param name="limit">In bytes.</param>
    public IEnumerable<string> Problems(long limit) => [.. Deaths(limit), .. FailedProbes(), .. SlowProbes(), .. Unexplained()];

    /// <summary>The same without probes, for where only life and answers count.</summary>
    /// <param name="limit">In bytes.</param>
    public IEnumerable<string> Deaths(long limit) => [.. Ends(limit), .. Load.Problems()];
}
