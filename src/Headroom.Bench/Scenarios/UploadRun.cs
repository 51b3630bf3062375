using Headroom.Bench.Load;
using Headroom.Bench.Targets;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Scenarios;

/// <summary>One server while files were sent to it, seen from all sides.</summary>
public sealed record UploadRun : ObservedRun
{
    public UploadRun(UploadReport load, ObservedRun seen)
        : base(seen) => Load = load;

    /// <summary>What the client saw.</summary>
    public UploadReport Load { get; init; }

    /// <summary>Plays a load on a server while it is probed and watched.</summary>
    public static async Task<UploadRun> PlayAsync(HeadroomProgram program, MeasuredServer server, UploadPlan plan, CancellationToken cancellationToken)
    {
        var (load, seen) = await DuringAsync(server, () => LoadProcess.RunAsync(program, plan, cancellationToken));
        return new UploadRun(load, seen);
    }

    /// <summary>What no server may do.</summary>
    /// <param name="limit">In bytes.</param>
    public IEnumerable<string> Problems(long limit) => [.. Ends(limit), .. Load.Problems(), .. FailedProbes(), .. Unexplained()];
}
