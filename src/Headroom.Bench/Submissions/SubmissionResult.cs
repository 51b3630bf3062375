namespace Headroom.Bench.Submissions;

/// <summary>What became of one submission.</summary>
/// <param name="DueMilliseconds">When it was due, since the first answer of <c>/health</c>.</param>
/// <param name="Milliseconds">From then to the last byte of the answer.</param>
/// <param name="Outcome">The status, or what happened instead.</param>
public readonly record struct SubmissionResult(double DueMilliseconds, double Milliseconds, string Outcome)
{
    /// <summary>Whether the server said that it has it.</summary>
    public bool IsAcknowledged => Outcome is ['2', _, _];
}
