namespace Headroom.Vectors.Tests.Storage;

/// <summary>Files in an index's folder that no index made.</summary>
public sealed class StrangerTests : IDisposable
{
    private const int Dimensions = 8;

    private static readonly string[] Strangers = ["backup.records", "1.records", "00000001x.codes", "00000001.signs~", "notes.txt"];

    private readonly TemporaryFolder _folder = new();

    public StrangerTests()
    {
        using (var index = VectorIndex.Open(_folder.Path, Dimensions))
            index.Put(1, Samples.Whole(new Random(1), Dimensions));
        foreach (var name in Strangers)
            File.WriteAllText(Path.Join(_folder.Path, name), "somebody's");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void They_stay_when_the_index_is_opened_and_compacted()
    {
        using var index = VectorIndex.Open(_folder.Path, Dimensions);
        index.Compact(TestContext.Current.CancellationToken);

        Assert.Equal(1, index.Count);
        Assert.All(Strangers, name => Assert.True(File.Exists(Path.Join(_folder.Path, name)), name));
    }

    [Fact]
    public void They_stay_when_the_index_is_deleted()
    {
        VectorIndex.Delete(_folder.Path);

        Assert.Equal(
            Strangers.Order(StringComparer.Ordinal),
            Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_index_alone_goes_with_its_folder()
    {
        var folder = Path.Join(_folder.Path, "alone");
        VectorIndex.Open(folder, Dimensions).Dispose();

        VectorIndex.Delete(folder);
        VectorIndex.Delete(folder);

        Assert.False(Directory.Exists(folder));
    }
}
