namespace Headroom.Budget;

/// <summary>A pool's share of the budget.</summary>
/// <param name="Name">A short name, for messages and metrics.</param>
/// <param name="Cap">The most that may be leased at once. Caps of several pools may overlap; the budget gates their sum.</param>
public sealed record MemoryPoolOptions(string Name, ByteSize Cap)
{
    /// <summary>What no other pool can take away; zero by default, at most <see cref="Cap"/>.</summary>
    public ByteSize Guaranteed { get; init; }

    /// <summary>How many may wait; the next one is refused.</summary>
    public int MaxWaiting { get; init; } = 2048;

    /// <summary>How long one may wait before it is refused: zero to <see cref="LongestWait"/>.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest <see cref="MaxWait"/> that a timer is trusted with.</summary>
    internal static TimeSpan LongestWait => TimeSpan.FromDays(1);
}
