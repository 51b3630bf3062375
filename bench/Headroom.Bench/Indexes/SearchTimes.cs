namespace Headroom.Bench.Indexes;

/// <summary>What a searching process found out; times in milliseconds.</summary>
/// <param name="Open">Opening the index, from a cold page cache.</param>
/// <param name="First">The first search after that.</param>
/// <param name="Median">Of all searches of the best round, warm.</param>
/// <param name="Slowest">99 % of them were faster.</param>
/// <param name="SingleThreaded">The median with one thread; zero where that can't be chosen.</param>
/// <param name="Found">The ids that each query found.</param>
internal sealed record SearchTimes(double Open, double First, double Median, double Slowest, double SingleThreaded, IReadOnlyList<IReadOnlyList<long>> Found);
