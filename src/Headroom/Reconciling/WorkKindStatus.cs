using System.Globalization;

namespace Headroom.Reconciling;

/// <summary>How a kind of work's estimates compare with what was observed.</summary>
public readonly record struct WorkKindStatus
{
    /// <summary>The kind's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many pieces of work were measured alone.</summary>
    public long Observations { get; init; }

    /// <summary>How many samples of the whole process taught something about this kind.</summary>
    public long Samples { get; init; }

    /// <summary>What estimates are multiplied with.</summary>
    public double Factor { get; init; }

    /// <summary>What the samples say that this work holds on average, as a multiple of the estimate; 1 before the first.</summary>
    public double SampledRatio { get; init; }

    /// <summary>The mean of the last estimates, before correction.</summary>
    public ByteSize EstimatedMean { get; init; }

    /// <summary>The mean of the last 64 pieces of work that ran alone; zero before the first.</summary>
    public ByteSize ObservedMean { get; init; }

    /// <summary>Their 95th percentile.</summary>
    public ByteSize ObservedP95 { get; init; }

    /// <summary>What is needed ÷ what the corrected estimate grants: 1 is right, above it is too little.</summary>
    public double Drift { get; init; }

    /// <summary>Whether that was below 0.5 or above 1.5 for 16 observations in a row, and has not come back to 0.6 … 1.35 since.</summary>
    public bool Drifting { get; init; }

    /// <summary>One sentence for people.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: needs {Drift * Factor:0.00} × its estimate of {EstimatedMean} on average, is granted {Factor:0.00} "
        + $"×{(Drifting ? "; correct the estimate where it is declared" : "")}.");
}
