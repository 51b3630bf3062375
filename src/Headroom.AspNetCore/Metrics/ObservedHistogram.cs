namespace Headroom.AspNetCore.Metrics;

/// <summary>A histogram that is counted elsewhere and read at each scrape; .NET has no instrument for that.</summary>
/// <param name="Name">Its name, in .NET's way: <c>headroom.lease.wait</c>.</param>
/// <param name="Unit">Its unit: <c>s</c>, <c>By</c>.</param>
/// <param name="Description">What it tells, for people.</param>
/// <param name="Observe">Reads every series.</param>
internal sealed record ObservedHistogram(string Name, string Unit, string Description, Func<IEnumerable<HistogramReading>> Observe);

/// <summary>One series of an <see cref="ObservedHistogram"/> at one moment.</summary>
/// <param name="Label">Which one.</param>
/// <param name="Bounds">The largest value that each bucket but the last takes, rising.</param>
/// <param name="Counts">How many values are in each bucket, not cumulative; one more than there are bounds.</param>
/// <param name="Sum">All values together.</param>
internal readonly record struct HistogramReading(KeyValuePair<string, object?> Label, IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts, double Sum);
