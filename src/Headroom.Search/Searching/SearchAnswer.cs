using System.Text.Json;
using Headroom.Search.Documents;
using Headroom.Search.Indexing;
using Headroom.Sqlite;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Searching;

/// <summary>Writes what was found, one document after the other.</summary>
/// <param name="database">For the snippets.</param>
/// <param name="store">The documents.</param>
/// <param name="time">The clock.</param>
internal sealed class SearchAnswer(Database database, DocumentStore store, TimeProvider time)
{
    /// <summary>How long one answer waits for SQLite's heap, over all its documents: a large write is over by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(100);

    /// <summary>Writes the answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="mode">What found.</param>
    /// <param name="hits">What was found.</param>
    public async Task WriteAsync(HttpContext context, SearchQuery query, SearchMode mode, IReadOnlyList<SearchHit> hits)
    {
        var pending = (await store.CountAsync(context.RequestAborted).ConfigureAwait(false)).Pending;
        var begun = time.GetTimestamp();
        var answer = JsonAnswer.To(context);
        await using (answer.ConfigureAwait(false))
        {
            answer.Writer.WriteStartObject();
            answer.Writer.WriteStartArray("items");
            var damaged = new List<string>();
            foreach (var hit in hits)
            {
                // One that was removed meanwhile is left out.
                if (await ReadPatientlyAsync(hit, query.Text, begun, context.RequestAborted).ConfigureAwait(false) is not { } found)
                    continue;
                if (!found.Document.IsWhole)
                {
                    damaged.Add(found.Document.Id);
                    continue;
                }
                Write(answer.Writer, hit, found.Document, found.Snippet);
                await answer.FlushAsync().ConfigureAwait(false);
            }
            answer.Writer.WriteEndArray();
            answer.Writer.WriteString("mode", mode.ToString().ToLowerInvariant());
            answer.Writer.WriteNumber("pending", pending);
            DocumentJson.WriteDamaged(answer.Writer, damaged);
            database.Damaged.Add(DocumentRows.Table, damaged.Count);
            answer.Writer.WriteEndObject();
        }
    }

    /// <summary>An answer that has begun can't become a 503 any more: it waits for memory instead of breaking off.</summary>
    private async Task<(StoredDocument Document, Snippet Snippet)?> ReadPatientlyAsync(
        SearchHit hit, string query, long begun, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await ReadAsync(hit, query, cancellationToken).ConfigureAwait(false);
            }
            catch (DatabaseBusyException busy) when (busy.Reason == DatabaseBusyReason.Memory && time.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(BetweenAttempts, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task<(StoredDocument Document, Snippet Snippet)?> ReadAsync(SearchHit hit, string query, CancellationToken cancellationToken) =>
        database.ReadAsync<(StoredDocument, Snippet)?>(
            db =>
            {
                var document = db.QuerySingle(
                    $"SELECT {DocumentRows.Columns} FROM documents WHERE key = $key",
                    DocumentRows.Read,
                    ("$key", hit.Key),
                    ("$length", Passages.MostCharacters));
                if (document is null)
                    return null;
                if (!document.IsWhole)
                    return (document, Snippet.OfPassage("", 0));
                var words = hit.Passage is null && hit.KeywordRank is not null ? Snippet.OfWords(db, hit.Key, query) : null;
                return (document, words ?? Snippet.OfPassage(document.Text, hit.Passage ?? 0));
            },
            cancellationToken);

    private static void Write(Utf8JsonWriter writer, SearchHit hit, StoredDocument document, Snippet snippet)
    {
        writer.WriteStartObject();
        DocumentJson.WriteContent(writer, document, DocumentJson.ListedCharacters);
        writer.WriteNumber("score", Math.Round(hit.Score, 4));
        writer.WriteStartObject("ranks");
        WriteRank(writer, "keyword", hit.KeywordRank);
        WriteRank(writer, "semantic", hit.SemanticRank);
        writer.WriteEndObject();
        writer.WriteString("snippet", snippet.Text);
        writer.WriteStartArray("marks");
        foreach (var (start, length) in snippet.Marks)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(start);
            writer.WriteNumberValue(length);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRank(Utf8JsonWriter writer, string name, int? rank)
    {
        if (rank is { } place)
            writer.WriteNumber(name, place);
        else
            writer.WriteNull(name);
    }
}
