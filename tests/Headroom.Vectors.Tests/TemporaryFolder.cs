namespace Headroom.Vectors.Tests;

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>
    /// Thousands of commits, each written through: on a disk that others use they take minutes, and no test here could see
    /// what that is for.
    /// </summary>
    private const string InMemory = "/dev/shm";

    public string Path { get; } = Directory.Exists(InMemory)
        ? Directory.CreateDirectory($"{InMemory}/headroom-vectors-{Guid.NewGuid():N}").FullName
        : Directory.CreateTempSubdirectory("headroom-vectors-").FullName;

    /// <summary>The only file of a kind: records, signs or codes.</summary>
    public string FileOf(string kind) => Assert.Single(Directory.GetFiles(Path, $"*.{kind}"));

    /// <summary>All files, to start from the same ones again.</summary>
    public Dictionary<string, byte[]> Read() => Directory.GetFiles(Path).ToDictionary(file => file, File.ReadAllBytes);

    public void Restore(Dictionary<string, byte[]> files)
    {
        foreach (var file in Directory.GetFiles(Path))
            File.Delete(file);
        foreach (var (file, bytes) in files)
            File.WriteAllBytes(file, bytes);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
