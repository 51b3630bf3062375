namespace Headroom.Reconciling;

/// <summary>
/// The last <see cref="Capacity"/> pieces of work that were measured alone. Quantiles are exact (nearest rank): over so
/// few and at most once a second, estimating them would save nothing.
/// </summary>
internal sealed class RecentWork
{
    public const int Capacity = 64;
    private const double High = 0.95;

    private readonly double[] _ratios = new double[Capacity];
    private readonly long[] _bytes = new long[Capacity];

    /// <summary>How many there were in all.</summary>
    public long Total { get; private set; }

    /// <summary>The 95th percentile of observed ÷ estimated; zero before the first.</summary>
    public double HighRatio { get; private set; }

    /// <summary>The mean of the observed bytes.</summary>
    public long MeanBytes => Count == 0 ? 0 : (long)_bytes.Take(Count).Average();

    /// <summary>The 95th percentile of the observed bytes.</summary>
    public long HighBytes => HighOf<long>(_bytes);

    private int Count => (int)Math.Min(Total, Capacity);

    public void Add(double ratio, long bytes)
    {
        var place = (int)(Total++ % Capacity);
        (_ratios[place], _bytes[place]) = (ratio, bytes);
        HighRatio = HighOf<double>(_ratios);
    }

    private T HighOf<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (Count == 0)
            return default;
        Span<T> sorted = stackalloc T[Capacity];
        sorted = sorted[..Count];
        values[..Count].CopyTo(sorted);
        sorted.Sort();
        return sorted[(int)Math.Ceiling(High * Count) - 1];
    }
}
