using Headroom.Bench.Load;
using Headroom.Bench.Submissions;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Scenarios;

/// <summary>One server under the loads of all its services at once, seen from all sides.</summary>
public sealed record TogetherRun : ObservedRun
{
    public TogetherRun(MixReport clockIns, UploadReport uploads, OpenLoopReport submissions, OpenLoopReport searches, ObservedRun seen)
        : base(seen) => (ClockIns, Uploads, Submissions, Searches) = (clockIns, uploads, submissions, searches);

    public MixReport ClockIns { get; init; }

    public UploadReport Uploads { get; init; }

    public OpenLoopReport Submissions { get; init; }

    public OpenLoopReport Searches { get; init; }

    /// <summary>What became of the submissions that were acknowledged; null when the server was gone by then.</summary>
    public SubmissionCheck? Stored { get; init; }
}
