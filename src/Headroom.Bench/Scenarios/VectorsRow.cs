using Headroom.Bench.Cgroups;
using Headroom.Bench.Indexes;

namespace Headroom.Bench.Scenarios;

/// <summary>One index under one limit.</summary>
/// <param name="Limit">In bytes.</param>
/// <param name="BuildAnonymous">The most while it was built, in bytes.</param>
/// <param name="ExactMedian">Milliseconds of an exact search in full precision, all in memory, no limit, in the same minute.</param>
/// <param name="Times">Null when building or searching failed.</param>
/// <param name="Recall">The share of the exact ten that were found.</param>
/// <param name="Peaks">Of the searching process's cgroup.</param>
/// <param name="Problem">What went wrong; empty when nothing did.</param>
public sealed record VectorsRow(
    string Target, string Vectors, int Count, long Limit, double BuildSeconds, long BuildAnonymous, double ExactMedian, SearchTimes? Times, double Recall, MemoryPeaks Peaks, long OomKills, string Problem)
{
    /// <summary>How much of an exact search's time a search takes.</summary>
    public double OfExact => Times is null ? 0 : Times.Median / ExactMedian;
}
