using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Search.Searching;

/// <summary>
/// Finds documents by their words, ranked by BM25 (S. Robertson and H. Zaragoza, «The Probabilistic Relevance Framework»,
/// 2009, as FTS5 computes it). A document need not have all words. Whatever is asked, a bounded number of rows is ranked:
/// words that stand in very many documents tell little and cost most, so the rarest words go first.
/// </summary>
internal static class WordSearch
{
    /// <summary>Words are taken, the rarest first, until so many rows would be ranked. One in more documents counts as one that stands in all.</summary>
    private const int MostRows = 20_000;

    /// <summary>Finds.</summary>
    /// <param name="db">Where.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="filter">Which documents are looked at.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The best first.</returns>
    public static IReadOnlyList<WordHit> Find(SqliteConnection db, string query, DocumentFilter filter, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> asked;
        using (var tokenizer = WordTokenizer.Open(db))
            asked = QueryWords.Of(tokenizer, query).Quoted;
        var documents = db.QuerySingle("SELECT sum(count) FROM document_counts", r => r.GetInt64(0));
        var words = Count(db, asked, documents, cancellationToken);
        if (words.Count == 0)
            return [];
        // As much as a text of average length has that has each word once; the logarithm is never negative (Lucene's BM25).
        var whole = words.Sum(w => Math.Log(1 + ((documents - w.Documents + 0.5) / (w.Documents + 0.5))));
        return Rank(db, QueryWords.AnyOf(Rarest(words)), filter, limit, whole, cancellationToken);
    }

    private static List<(string Word, long Documents)> Count(
        SqliteConnection db, IReadOnlyList<string> words, long documents, CancellationToken cancellationToken)
    {
        var counted = new List<(string, long)>();
        foreach (var word in words)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = db.QuerySingle(
                "SELECT count(*) FROM (SELECT 1 FROM document_words WHERE document_words MATCH $word LIMIT $most)",
                r => r.GetInt64(0),
                ("$word", word),
                ("$most", MostRows));
            counted.Add((word, count == MostRows ? Math.Max(documents, count) : count));
        }
        return counted;
    }

    /// <summary>Words that some document has; at least one of them if there is any.</summary>
    private static IEnumerable<string> Rarest(IEnumerable<(string Word, long Documents)> words)
    {
        var rows = 0L;
        foreach (var (word, documents) in words.OrderBy(w => w.Documents))
        {
            if (rows > 0 && rows + documents > MostRows)
                yield break;
            rows += documents;
            yield return word;
        }
    }

    private static List<WordHit> Rank(SqliteConnection db, string match, DocumentFilter filter, int limit, double whole, CancellationToken cancellationToken)
    {
        var best = new PriorityQueue<WordHit, (double, long)>(limit + 1);
        db.Visit(
            "SELECT rowid, bm25(document_words) FROM document_words "
            + $"WHERE document_words MATCH $match{filter.Condition("document_words.rowid")} ORDER BY rowid DESC LIMIT $rows",
            row =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                // FTS5 says less for better.
                var hit = new WordHit(row.GetInt64(0), -row.GetDouble(1) / whole);
                best.Enqueue(hit, (hit.Coverage, -hit.Key));
                if (best.Count > limit)
                    best.Dequeue();
            },
            filter.Parameters(("$match", match), ("$rows", MostRows)));
        return [.. best.UnorderedItems.Select(i => i.Element).OrderByDescending(h => h.Coverage).ThenBy(h => h.Key)];
    }
}
