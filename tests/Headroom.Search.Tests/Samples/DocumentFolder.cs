using Headroom.Search.Documents;
using Headroom.Search.Embedding;
using Headroom.Search.Indexing;
using Headroom.Search.Searching;
using Headroom.Sqlite;

namespace Headroom.Search.Tests.Samples;

/// <summary>Documents in a folder of their own: database, queue, vectors.</summary>
internal sealed class DocumentFolder : IAsyncDisposable
{
    public const int Dimensions = 8;

    private const string Version = "0123456789abcdef";

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public DocumentFolder(int dimensions = Dimensions, TimeProvider? time = null, string? path = null)
    {
        _path = path ?? _folder.Path;
        Database = new Database(Path.Combine(_path, "documents.db"));
        Database.Migrate(DocumentMigrations.All);
        Store = new DocumentStore(Database, time ?? TimeProvider.System);
        Queue = new DocumentQueue(Database, time ?? TimeProvider.System);
        Index = new MeaningIndex(Path.Combine(_path, "search"), Version, dimensions);
        Index.Open();
        Search = new DocumentSearch(Database, Index);
    }

    public Database Database { get; }

    public DocumentStore Store { get; }

    public DocumentQueue Queue { get; }

    public MeaningIndex Index { get; }

    public DocumentSearch Search { get; }

    /// <summary>The folder of the vectors.</summary>
    public string Vectors => Path.Combine(_path, "search", Version);

    public async Task<string> AddAsync(string text, string? id = null, params (string Name, string Value)[] fields) =>
        (await Store.AddAsync(new NewDocument(id, text, Fields(fields)), DocumentConflict.Replace, CancellationToken.None)).Id;

    /// <summary>Indexes everything that is due.</summary>
    public async Task IndexAsync(EmbedTexts embed)
    {
        var indexer = new DocumentIndexer(Queue, embed);
        while (await indexer.IndexAsync(Index.Vectors!, CancellationToken.None) > 0 || await indexer.RemoveAsync(Index.Vectors!, CancellationToken.None) > 0)
        {
        }
    }

    /// <summary>Searches.</summary>
    /// <returns>The ids of what was found, the best first.</returns>
    public async Task<IReadOnlyList<string>> FindAsync(
        string query, float[]? vector = null, SearchMode mode = SearchMode.Hybrid, int limit = 10, params (string Name, string Value)[] filter)
    {
        var hits = await Search.FindAsync(new SearchQuery(query, limit, mode, Fields(filter)), vector, default, CancellationToken.None);
        var ids = new List<string>();
        foreach (var hit in hits)
            ids.Add((await Store.FindAsync(hit.Key, 100, CancellationToken.None))!.Id);
        return ids;
    }

    public async Task<DocumentCounts> CountAsync()
    {
        var counts = await Store.CountAsync(CancellationToken.None);
        var counted = await Database.ReadAsync(
            db => db.Query("SELECT (SELECT count(*) FROM documents WHERE state = s.state) FROM document_counts s ORDER BY state", r => r.GetInt64(0)));
        Assert.Equal(counted, [counts.Pending, counts.Indexed, counts.Failed]);
        return counts;
    }

    /// <summary>A model that knows one thing of a text: its first character.</summary>
    public static Task<SentenceEmbedding[]> EmbedFirst(ReadOnlyMemory<string> texts, CancellationToken cancellationToken) =>
        Task.FromResult(texts.ToArray().Select(t => new SentenceEmbedding(VectorOf(t), 1)).ToArray());

    public static float[] VectorOf(string text)
    {
        var vector = new float[Dimensions];
        vector[text[0] % Dimensions] = 1;
        return vector;
    }

    public static Dictionary<string, IReadOnlyList<string>> Fields(params (string Name, string Value)[] fields) =>
        fields.GroupBy(f => f.Name).ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(f => f.Value)]);

    public ValueTask DisposeAsync()
    {
        Search.Dispose();
        Index.Dispose();
        Database.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
