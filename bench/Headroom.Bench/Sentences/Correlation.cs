namespace Headroom.Bench.Sentences;

/// <summary>How two series go together, −1 to 1.</summary>
internal static class Correlation
{
    /// <summary>Pearson's: of the values.</summary>
    public static double Pearson(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        double both = 0, squareX = 0, squareY = 0;
        for (var i = 0; i < x.Count; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            (both, squareX, squareY) = (both + dx * dy, squareX + dx * dx, squareY + dy * dy);
        }
        return both / Math.Sqrt(squareX * squareY);
    }

    /// <summary>Spearman's: of the ranks; equal values share the mean of theirs.</summary>
    public static double Spearman(IReadOnlyList<double> x, IReadOnlyList<double> y) => Pearson(Ranks(x), Ranks(y));

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        var order = Enumerable.Range(0, values.Count).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Count];
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && values[order[to]].Equals(values[order[from]]))
                to++;
            for (var i = from; i < to; i++)
                ranks[order[i]] = (from + to - 1) / 2.0;
            from = to;
        }
        return ranks;
    }
}
