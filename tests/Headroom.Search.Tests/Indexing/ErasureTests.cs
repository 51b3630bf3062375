using System.Runtime.InteropServices;
using Headroom.Search.Embedding;
using Headroom.Search.Searching;
using Headroom.Search.Tests.Samples;

namespace Headroom.Search.Tests.Indexing;

/// <summary>What documents leave behind when they are removed or replaced: nothing.</summary>
public sealed class ErasureTests : IDisposable
{
    private const int Dimensions = 32;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Texts_words_fields_and_vectors_of_removed_and_replaced_documents_are_in_no_file()
    {
        await using var documents = new DocumentFolder(Dimensions, path: _folder.Path);
        for (var i = 0; i < 60; i++)
            await documents.AddAsync(Text(i), $"d{i}", ("plant", $"field{i}qx"));
        await documents.IndexAsync(EmbedAsync);
        Assert.NotEmpty(Left(7));

        for (var i = 1; i < 60; i += 2)
        {
            if (i % 3 == 0)
                await documents.AddAsync($"other{i}", $"d{i}");
            else
                Assert.True(await documents.Store.RemoveAsync($"d{i}", CancellationToken.None));
        }
        await documents.IndexAsync(EmbedAsync);
        Assert.True(await documents.Database.TryTruncateLogAsync(CancellationToken.None));

        for (var i = 1; i < 60; i += 2)
            Assert.Empty(Left(i));
        for (var i = 0; i < 60; i += 2)
            Assert.Equal([$"d{i}"], await documents.FindAsync($"word{i}kq", mode: SearchMode.Keyword));
    }

    [Fact]
    public async Task A_folder_of_an_earlier_program_loses_its_removed_words_when_it_is_brought_up_to_date()
    {
        using (var database = new Sqlite.Database(_folder["documents.db"]))
        {
            database.Migrate([.. Search.Documents.DocumentMigrations.All.Where(m => m.Version <= 2)]);
            await database.WriteAsync(db =>
            {
                Sqlite.SqliteCommands.Execute(db, "DELETE FROM schema_versions WHERE component = 'secure_delete'");
                for (var i = 0; i < 200; i++)
                    Sqlite.SqliteCommands.Execute(
                        db,
                        "INSERT INTO documents (id, fields, created_at, updated_at, due_at, text) VALUES ($id, '{}', 1, 1, 1, $text)",
                        ("$id", $"d{i}"),
                        ("$text", Text(i)));
                return 0;
            });
            await database.WriteAsync(db => Sqlite.SqliteCommands.Execute(db, "DELETE FROM documents WHERE key % 2 = 0"));
        }

        await using var documents = new DocumentFolder(Dimensions, path: _folder.Path);
        Assert.Equal(Sqlite.Erasing.Rewriting.Done, documents.Database.RewriteOnce(long.MaxValue));
        Assert.True(await documents.Database.TryTruncateLogAsync(CancellationToken.None));

        for (var i = 1; i < 200; i += 2)
            Assert.Empty(FolderBytes.FilesWith(_folder.Path, $"{i}kq "));
        Assert.Equal(["d4"], await documents.FindAsync("word4kq", mode: SearchMode.Keyword));
    }

    private static string Text(int number) => $"word{number}kq common words stand here, word{number}kq tail{number}zv";

    private static Task<SentenceEmbedding[]> EmbedAsync(ReadOnlyMemory<string> texts, CancellationToken cancellationToken) =>
        Task.FromResult(texts.ToArray().Select(t => new SentenceEmbedding(VectorOf(t), 1)).ToArray());

    private static float[] VectorOf(string text)
    {
        var random = new Random(text.GetHashCode(StringComparison.Ordinal));
        var vector = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
            vector[i] = (float)random.NextDouble() - 0.5f;
        Headroom.Search.Models.SentenceModel.Normalize(vector);
        return vector;
    }

    private List<string> Left(int number) =>
    [
        .. ((string[])[$"word{number}kq", $"tail{number}zv", $"field{number}qx"]).SelectMany(text => FolderBytes.FilesWith(_folder.Path, text)),
        .. FolderBytes.FilesWith(_folder.Path, MemoryMarshal.AsBytes<float>(VectorOf(Text(number)))[..64]),
    ];
}
