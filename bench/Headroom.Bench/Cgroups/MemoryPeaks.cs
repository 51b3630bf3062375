namespace Headroom.Bench.Cgroups;

/// <summary>The highest of each figure over all samples, in bytes; the highest figures need not have met.</summary>
/// <param name="Samples">How many samples were taken.</param>
/// <param name="LongestGapMilliseconds">The longest time between two samples, in milliseconds: what happened in between is unknown.</param>
/// <param name="AtPeak">The sample with the most unreclaimable memory: what the peak was made of.</param>
internal sealed record MemoryPeaks(long Unreclaimable, long WorkingSet, long Anonymous, int Samples, double LongestGapMilliseconds, MemorySample AtPeak)
{
    public static MemoryPeaks None { get; } = new(0, 0, 0, 0, 0, default);

    public MemoryPeaks With(in MemorySample sample, double gapMilliseconds) => new(
        Math.Max(Unreclaimable, sample.Unreclaimable),
        Math.Max(WorkingSet, sample.WorkingSet),
        Math.Max(Anonymous, sample.Anonymous),
        Samples + 1,
        Math.Max(LongestGapMilliseconds, gapMilliseconds),
        sample.Unreclaimable >= Unreclaimable ? sample : AtPeak);
}
