namespace Headroom.Budget;

/// <summary>How long those waited who were granted a lease, at one moment. A grant without waiting counts as zero seconds.</summary>
public sealed class WaitHistogram
{
    private readonly long[] _counts;

    internal WaitHistogram(long[] counts, TimeSpan sum)
    {
        _counts = counts;
        Sum = sum;
    }

    /// <summary>The longest wait that each count but the last includes, in seconds, rising.</summary>
    public static IReadOnlyList<double> UpperBounds { get; } = [0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    /// <summary>
    /// How many waited no longer than the bound at the same place, and longer than the one before it; one more at the end
    /// for those who waited longer than every bound. Not cumulative.
    /// </summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>How many were granted a lease.</summary>
    public long Count => _counts.Sum();

    /// <summary>All waits together.</summary>
    public TimeSpan Sum { get; }
}

/// <summary>Counts waits as they end. Guarded by the budget's lock.</summary>
internal sealed class WaitCounter
{
    private static readonly TimeSpan[] Bounds = [.. WaitHistogram.UpperBounds.Select(TimeSpan.FromSeconds)];

    private readonly long[] _counts = new long[Bounds.Length + 1];
    private TimeSpan _sum;

    public void AddNone() => _counts[0]++;

    public void Add(TimeSpan wait)
    {
        var at = 0;
        while (at < Bounds.Length && wait > Bounds[at])
            at++;
        _counts[at]++;
        _sum += wait;
    }

    public WaitHistogram Read() => new([.. _counts], _sum);
}
