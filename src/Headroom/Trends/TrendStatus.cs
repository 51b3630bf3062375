using System.Globalization;

namespace Headroom.Trends;

/// <summary>What <see cref="MemoryTrend"/> found in the recent past.</summary>
public readonly record struct TrendStatus
{
    /// <summary>The verdict.</summary>
    public TrendKind Kind { get; init; }

    /// <summary>How fast the floor moves over <see cref="Window"/>, in bytes a second; negative when it sinks.</summary>
    public double BytesPerSecond { get; init; }

    /// <summary>The least memory of the last five seconds: what work that comes and goes stands on.</summary>
    public ByteSize Floor { get; init; }

    /// <summary>The floor's lower quartile over the last 1.5 hours at most; spikes and bloat are measured from here.</summary>
    public ByteSize Usual { get; init; }

    /// <summary>The part of the past that the slope is about; zero while it is too early.</summary>
    public TimeSpan Window { get; init; }

    /// <summary>When the floor reaches the limit at this rate; null unless it is a leak.</summary>
    public TimeSpan? TimeToLimit { get; init; }

    /// <summary>One sentence for people.</summary>
    public override string ToString() => Kind switch
    {
        TrendKind.Leak =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"Leak: the floor grows by {new ByteSize((long)(BytesPerSecond * 60))} a minute over the last {Length(Window)} and "
                + $"reaches the limit in {Length(TimeToLimit ?? TimeSpan.MaxValue)}."),
        TrendKind.Spike => $"Spike: the floor left its usual {Usual} within the last 5 minutes; it is {Floor} now.",
        TrendKind.Bloat => $"Bloat: the floor stepped up from {Usual} to {Floor} and stays there.",
        _ when Window == TimeSpan.Zero => "Healthy: too early to tell more.",
        _ => $"Healthy: the floor is {Floor}, with no growth to speak of over the last {Length(Window)}.",
    };

    private static string Length(TimeSpan time) => time switch
    {
        { TotalDays: > 365 } => "more than a year",
        { TotalHours: >= 48 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0} days"),
        { TotalMinutes: >= 120 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} hours"),
        { TotalSeconds: >= 300 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} seconds"),
    };
}
