namespace Headroom.Search.Embedding;

/// <summary>How much is computed together.</summary>
/// <param name="BatchTokens">Most padded tokens of a run: its longest text times their number. A longer text runs alone.</param>
/// <param name="MaxTokensInFlight">Most tokens that wait and run; whoever brings more waits outside. A text alone always fits.</param>
/// <param name="Runs">Most runs at once.</param>
internal sealed record BatchOptions(int BatchTokens, int MaxTokensInFlight, int Runs)
{
    /// <summary>How long texts wait for company while another run is under way and a second one could start.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMilliseconds(2);
}
