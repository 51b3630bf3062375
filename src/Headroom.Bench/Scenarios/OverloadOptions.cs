namespace Headroom.Bench.Scenarios;

/// <summary>How much overload.</summary>
/// <param name="CalmSeconds">How long the sustainable rate is measured before, in seconds.</param>
/// <param name="Seconds">How long clients come, in seconds.</param>
/// <param name="Factor">How many times the sustainable rate.</param>
public sealed record OverloadOptions(int CalmSeconds, int Seconds, double Factor)
{
    /// <summary>What share of the clients sends something bad or leaves, 0 to 1.</summary>
    public double BadShare { get; init; } = 0.1;

    /// <summary>So many clients trickle or stall at any time.</summary>
    public int Slow { get; init; } = 4;
}
