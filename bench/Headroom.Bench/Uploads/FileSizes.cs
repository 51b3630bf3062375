namespace Headroom.Bench.Uploads;

/// <summary>How long the files of a run are.</summary>
/// <param name="Count">How many files.</param>
/// <param name="Largest">In bytes.</param>
/// <param name="Median">In bytes: half of the files are shorter. The same as <paramref name="Largest"/> for files of one length.</param>
/// <param name="Spread">Standard deviation of the natural logarithm of the length.</param>
/// <param name="Seed">The same seed draws the same lengths.</param>
internal sealed record FileSizes(int Count, long Largest, long Median, double Spread, int Seed)
{
    /// <summary>So many of the longest length and of the shortest are always among them, where lengths differ.</summary>
    private const int Extremes = 5;

    /// <summary>No file is shorter, in bytes.</summary>
    public long Smallest { get; init; }

    /// <summary>Files of one length.</summary>
    public static FileSizes Same(int count, long bytes) => new(count, bytes, bytes, 0, 0);

    /// <summary>
    /// The length of each file, in order: log-normal, as the sizes of files in the wild are (Mitzenmacher, «Dynamic Models
    /// for File Sizes and Double Pareto Distributions», 2004), cut at the smallest and the largest.
    /// </summary>
    public long[] Draw()
    {
        var sizes = new long[Count];
        Array.Fill(sizes, Largest);
        if (Median == Largest)
            return sizes;
        var random = new Random(Seed);
        for (var i = 0; i < Count; i++)
            sizes[i] = (long)Math.Clamp(Median * Math.Exp(Spread * Normal(random)), Smallest, Largest);
        for (var i = 0; i < Math.Min(Extremes, Count / 2); i++)
            (sizes[i], sizes[^(i + 1)]) = (Smallest, Largest);
        random.Shuffle(sizes);
        return sizes;
    }

    /// <summary>Box and Muller, 1958.</summary>
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
