using Headroom.Search.Embedding;

namespace Headroom.Search.Indexing;

/// <summary>
/// Embeds what is queued without being in anybody's way. A batch of the model takes every core for tens of milliseconds;
/// whoever sends a document meanwhile waits for a core at each step. So while documents come, one text is embedded at a
/// time, with a pause as long as it took; otherwise all at once.
/// </summary>
internal sealed class UnhurriedEmbedding(EmbedTexts embed, TimeProvider time)
{
    /// <summary>So long after a document came the next one is expected.</summary>
    private static readonly TimeSpan Expected = TimeSpan.FromMilliseconds(250);

    private long _cameAt = time.GetTimestamp() - time.TimestampFrequency;

    private bool DocumentsCome => time.GetElapsedTime(Volatile.Read(ref _cameAt)) < Expected;

    /// <summary>A document came.</summary>
    public void Came() => Volatile.Write(ref _cameAt, time.GetTimestamp());

    /// <inheritdoc cref="EmbedTexts"/>
    public async Task<SentenceEmbedding[]> EmbedAsync(ReadOnlyMemory<string> texts, CancellationToken cancellationToken)
    {
        var embeddings = new List<SentenceEmbedding>(texts.Length);
        while (embeddings.Count < texts.Length)
        {
            var unhurried = DocumentsCome;
            var started = time.GetTimestamp();
            embeddings.AddRange(
                await embed(texts.Slice(embeddings.Count, unhurried ? 1 : texts.Length - embeddings.Count), cancellationToken).ConfigureAwait(false));
            if (unhurried)
                await Task.Delay(time.GetElapsedTime(started), time, cancellationToken).ConfigureAwait(false);
        }
        return [.. embeddings];
    }
}
