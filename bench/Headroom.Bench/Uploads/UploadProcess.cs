using Headroom.Bench.Load;
using Headroom.Bench.Programs;

namespace Headroom.Bench.Uploads;

/// <summary>The client of uploads as a process of its own.</summary>
internal static class UploadProcess
{
    /// <summary>The hidden verb that makes the bench this client.</summary>
    public const string Verb = "send";

    /// <inheritdoc cref="LoadProcess.RunAsync(BuiltProgram, LoadPlan, CancellationToken)"/>
    public static Task<UploadReport> RunAsync(BuiltProgram bench, UploadPlan plan, CancellationToken cancellationToken) =>
        LoadProcess.RunAsync<UploadPlan, UploadReport>(bench, Verb, plan, cancellationToken);

    /// <summary>What its process does: a plan from the standard input, a report to the standard output.</summary>
    public static Task ServeAsync(CancellationToken cancellationToken) => LoadProcess.ServeAsync<UploadPlan, UploadReport>(
        async plan =>
        {
            if (plan.WarmUpFiles > 0)
                await new UploadClient(plan with { Sizes = plan.Sizes with { Count = plan.WarmUpFiles } }).RunAsync(cancellationToken);
            return await new UploadClient(plan).RunAsync(cancellationToken);
        },
        cancellationToken);
}
