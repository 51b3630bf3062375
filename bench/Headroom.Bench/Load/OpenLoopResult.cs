namespace Headroom.Bench.Load;

/// <summary>What became of one request of an open loop.</summary>
/// <param name="DueMilliseconds">When it was due, since the start.</param>
/// <param name="Milliseconds">From then to the last byte of the answer.</param>
/// <param name="Outcome">The status, or what happened instead.</param>
internal readonly record struct OpenLoopResult(double DueMilliseconds, double Milliseconds, string Outcome)
{
    /// <summary>Whether the server did what it was asked.</summary>
    public bool IsDone => Outcome is ['2', _, _];
}
