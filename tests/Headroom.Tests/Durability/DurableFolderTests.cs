using Headroom.Durability;

namespace Headroom.Tests.Durability;

public sealed class DurableFolderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("headroom-durable-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_published_folder_has_its_files_under_the_new_name_only()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.FullName, "new")).FullName;
        File.WriteAllText(Path.Combine(folder, "file"), "content");

        DurableFolder.Publish(folder, Path.Combine(_root.FullName, "target"));

        Assert.Equal("content", File.ReadAllText(Path.Combine(_root.FullName, "target", "file")));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void A_folder_is_never_published_over_another()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.FullName, "new")).FullName;
        var target = Directory.CreateDirectory(Path.Combine(_root.FullName, "target")).FullName;
        File.WriteAllText(Path.Combine(target, "file"), "content");

        Assert.Throws<IOException>(() => DurableFolder.Publish(folder, target));

        Assert.True(Directory.Exists(folder));
        Assert.Equal("content", File.ReadAllText(Path.Combine(target, "file")));
    }

    [Fact]
    public void Folders_above_are_made_with_a_folder()
    {
        var path = Path.Combine(_root.FullName, "a", "b", "c");

        DurableFolder.Create(path);

        Assert.True(Directory.Exists(path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var path = Path.Combine(_root.FullName, "none");

        Assert.Contains(path, Assert.Throws<DirectoryNotFoundException>(() => DurableFolder.Flush(path)).Message, StringComparison.Ordinal);
    }
}
