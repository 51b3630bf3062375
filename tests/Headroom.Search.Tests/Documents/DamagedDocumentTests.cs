using Headroom.Search.Documents;
using Headroom.Search.Searching;
using Headroom.Search.Tests.Samples;
using Headroom.Sqlite.Checking;

namespace Headroom.Search.Tests.Documents;

/// <summary>A byte flips in the file of the database.</summary>
public sealed class DamagedDocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("flipped text")]
    [InlineData("flipped field")]
    public async Task A_document_that_flipped_is_not_served_and_others_are(string what)
    {
        await WriteAsync();
        Flip(what);

        await using var documents = new DocumentFolder(path: _folder.Path);
        var refused = await Assert.ThrowsAsync<DamagedRowException>(() => documents.Store.FindAsync("damaged", 1000, CancellationToken.None));
        Assert.Equal("damaged", refused.Id);
        Assert.Equal("first of all", (await documents.Store.FindAsync("before", 1000, CancellationToken.None))!.Text);
        var listed = new List<(string, bool)>();
        foreach (var key in await documents.Store.KeysAsync(null, 0, 50, CancellationToken.None))
        {
            // As lists do; a part of the text is enough to notice.
            var found = (await documents.Store.FindAsync(key, 3, CancellationToken.None))!;
            listed.Add((found.Id, found.IsWhole));
        }
        Assert.Equal([("before", true), ("damaged", false), ("after", true)], listed);
        Assert.Equal([new("documents", 2L)], documents.Database.Damaged.Counts);
    }

    [Fact]
    public async Task A_document_that_flipped_before_it_was_indexed_has_failed_and_others_are_indexed()
    {
        await WriteAsync();
        Flip("flipped text");

        await using var documents = new DocumentFolder(path: _folder.Path);
        await documents.IndexAsync(DocumentFolder.EmbedFirst);

        var counts = await documents.CountAsync();
        Assert.Equal((1, 2, 0), (counts.Pending, counts.Indexed, counts.Failed));
        Assert.Equal(2, documents.Index.Count);
    }

    [Fact]
    public async Task It_can_be_removed_or_sent_again()
    {
        await WriteAsync();
        Flip("flipped text");

        await using var documents = new DocumentFolder(path: _folder.Path);
        await documents.AddAsync("as it was meant", "damaged");
        Assert.Equal("as it was meant", (await documents.Store.FindAsync("damaged", 1000, CancellationToken.None))!.Text);
        Assert.Equal(["damaged"], await documents.FindAsync("meant", mode: SearchMode.Keyword));
    }

    [Fact]
    public async Task A_document_of_an_earlier_program_gets_its_sum_and_is_served()
    {
        using (var database = new Sqlite.Database(_folder["documents.db"]))
        {
            database.Migrate([.. DocumentMigrations.All.Where(m => m.Version <= 2)]);
            await database.WriteAsync(db => Sqlite.SqliteCommands.Execute(
                db, "INSERT INTO documents (id, fields, created_at, updated_at, due_at, text) VALUES ('old', '{}', 1, 1, 1, 'an older text')"));
        }

        await using var documents = new DocumentFolder(path: _folder.Path);

        Assert.Equal("an older text", (await documents.Store.FindAsync("old", 1000, CancellationToken.None))!.Text);
        Assert.Equal(["old"], await documents.FindAsync("older", mode: SearchMode.Keyword));
    }

    private async Task WriteAsync()
    {
        await using var documents = new DocumentFolder(path: _folder.Path);
        await documents.AddAsync("first of all", "before");
        await documents.AddAsync("this one has a flipped text", "damaged", ("name", "flipped field"));
        await documents.AddAsync("last of all", "after");
    }

    private void Flip(string text)
    {
        var bytes = File.ReadAllBytes(_folder["documents.db"]);
        // The row itself: the tables of fields and words come later in the file.
        bytes[bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) + 2] ^= 0x01;
        File.WriteAllBytes(_folder["documents.db"], bytes);
    }
}
