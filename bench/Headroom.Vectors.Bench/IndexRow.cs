namespace Headroom.Vectors.Bench;

/// <summary>One index under one limit. Times in milliseconds but for the build; memory in bytes.</summary>
/// <param name="Recall">The share of the exact ten that were found; null when the search failed.</param>
/// <param name="ExactMedian">Of an exact search in full precision, all in memory, no limit, on the same machine in the same minutes.</param>
public sealed record IndexRow(
    string Index, string Vectors, int Count, long Limit, double BuildSeconds, long BuildAnonymous, double? Open, double? First, double? Median, double? Slowest,
    double? SingleThreaded, double? Recall, double ExactMedian, long Anonymous, long WorkingSet, long OomKills, string Remark);
