namespace Headroom.Bench.Targets;

/// <summary>A built headroom program with everything beside it.</summary>
public sealed class HeadroomProgram
{
    private const string Name = "headroom";

    private HeadroomProgram(string location) => Location = location;

    /// <summary>The executable.</summary>
    public string Location { get; }

    /// <summary>The one that runs now.</summary>
    /// <exception cref="BenchException">It was not started from a built program's folder.</exception>
    public static HeadroomProgram Own() => At(Path.Join(AppContext.BaseDirectory, Name));

    /// <exception cref="BenchException">It is not there.</exception>
    public static HeadroomProgram At(string location) => File.Exists(location)
        ? new HeadroomProgram(location)
        : throw new BenchException($"There is no program at {location}: run «dotnet build -c Release src/Headroom.Server», or give --server PATH.");

    /// <summary>How this program is told to run one of the bench's own verbs.</summary>
    public string[] Command(params string[] verb) => [Location, "bench", .. verb];

    /// <summary>
    /// Copies the program's folder into another one, over an older copy. The bench is the same program: files that it
    /// has mapped survive a drop of the page cache and would never be charged to the server.
    /// </summary>
    public HeadroomProgram CopyTo(string folder)
    {
        var to = Path.Join(folder, "server");
        if (Directory.Exists(to))
            Directory.Delete(to, recursive: true);
        var from = Path.GetDirectoryName(Location)!;
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return new HeadroomProgram(Path.Join(to, Path.GetFileName(Location)));
    }
}
