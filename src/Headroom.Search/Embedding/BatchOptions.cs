namespace Headroom.Search.Embedding;

/// <summary>How much is computed together.</summary>
/// <param name="BatchTokens">Most padded tokens of a run: its longest text times their number. A longer text runs alone.</param>
/// <param name="MaxTokensInFlight">Most tokens that wait and run; whoever brings more waits outside. A text alone always fits.</param>
/// <param name="Runs">Most runs at once; each computes on a thread of its own.</param>
internal sealed record BatchOptions(int BatchTokens, int MaxTokensInFlight, int Runs)
{
    /// <summary>Batches that wait for their run: enough to keep it busy, few enough to find company in.</summary>
    private const int BatchesInFlight = 32;

    /// <summary>A run of fewer tokens costs more for each: so many don't wait for company.</summary>
    public const int WorthARun = 64;

    /// <summary>How long fewer texts wait for company while another run is under way and a second one could start.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>For a number of tokens that may be computed at once on this machine, a thread for each processor.</summary>
    /// <param name="tokens">Most padded tokens of all runs together.</param>
    public static BatchOptions ForThisMachine(int tokens)
    {
        var runs = Environment.ProcessorCount;
        return new BatchOptions(Math.Max(tokens / runs, Math.Min(tokens, WorthARun)), BatchesInFlight * tokens, runs);
    }
}
