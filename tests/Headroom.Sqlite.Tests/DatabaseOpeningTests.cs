namespace Headroom.Sqlite.Tests;

public sealed class DatabaseOpeningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folders_that_do_not_exist_are_made()
    {
        using var database = new Database(_folder["some/new/folder/a.db"]);

        Assert.True(File.Exists(database.Path));
    }

    [Theory]
    [InlineData("This is a letter to my aunt, and rather a long one, longer than a hundred bytes, so that nobody takes it for a new and empty file.")]
    [InlineData("SQLite format 3\0but nothing that follows makes any sense at all, neither the page size nor what comes after it, to the end of the header")]
    public void A_file_that_is_no_database_is_refused_and_left_as_it_is(string content)
    {
        File.WriteAllText(_folder["letter.db"], content);

        Refuses(_folder["letter.db"]);

        Assert.Equal(content, File.ReadAllText(_folder["letter.db"]));
    }

    [Fact]
    public void A_path_below_a_file_is_refused()
    {
        File.WriteAllText(_folder["file"], "");

        Refuses(_folder["file/a.db"]);
        Refuses(_folder["file/below/a.db"]);
    }

    [Fact]
    public void A_folder_in_the_files_place_is_refused()
    {
        Directory.CreateDirectory(_folder["a.db"]);

        Refuses(_folder["a.db"]);
    }

    private static void Refuses(string path)
    {
        var problem = Assert.Throws<DatabaseException>(() => new Database(path));

        Assert.Contains($"'{path}'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Check that the folder is writable", problem.Message, StringComparison.Ordinal);
        Assert.NotNull(problem.InnerException);
    }
}
