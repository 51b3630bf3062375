namespace Headroom.Budget;

/// <summary>A pool's share of the budget.</summary>
/// <param name="Name">A short name, for messages and metrics.</param>
/// <param name="Cap">The most that may be leased at once. Caps of several pools may overlap; the budget gates their sum.</param>
public sealed record BudgetPoolOptions(string Name, ByteSize Cap)
{
    /// <summary>What no other pool can take away; zero by default, at most <see cref="Cap"/>.</summary>
    public ByteSize Guaranteed { get; init; }

    /// <summary>
    /// Whose requests are granted first when several pools want the same bytes, and whose work is cancelled last. Nobody
    /// starves: the first in line of a lower priority lets at most eight later ones go before it.
    /// </summary>
    public WorkPriority Priority { get; init; } = WorkPriority.Normal;

    /// <summary>How many may wait; the next one is refused.</summary>
    public int MaxWaiting { get; init; } = 2048;

    /// <summary>How long one may wait before it is refused, unless the request says otherwise: zero to one day.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest wait that a timer is trusted with.</summary>
    private static TimeSpan LongestWait => TimeSpan.FromDays(1);

    internal static void CheckWait(TimeSpan wait, string argument)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, argument);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, LongestWait, argument);
    }

    internal void Check(string argument)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Guaranteed, ByteSize.Zero, argument);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxWaiting, argument);
        CheckWait(MaxWait, argument);
        if (Guaranteed > Cap)
            throw new ArgumentException($"Pool '{Name}' guarantees {Guaranteed}, more than its cap of {Cap}.", argument);
    }
}
