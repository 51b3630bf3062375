using System.Reflection;

namespace Headroom.Bench.Programs;

/// <summary>A built program with everything beside it.</summary>
internal sealed class BuiltProgram
{
    private const string ServerName = "headroom";
    private const string BenchName = "Headroom.Bench";

    private BuiltProgram(string location) => Location = location;

    /// <summary>The executable.</summary>
    public string Location { get; }

    /// <summary>The folder it lies in.</summary>
    public string Folder => Path.GetDirectoryName(Location)!;

    /// <summary>The bench itself: what sends the load, and what runs inside the limit where no server does.</summary>
    /// <exception cref="BenchException">It was not started from a built program's folder.</exception>
    public static BuiltProgram Bench() => At(Path.Join(AppContext.BaseDirectory, BenchName));

    /// <summary>The server that was built with the bench.</summary>
    /// <exception cref="BenchException">It is not there, or was built for debugging.</exception>
    public static BuiltProgram Server()
    {
        var here = typeof(BuiltProgram).Assembly;
        if (here.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration == "Debug")
            throw new BenchException("The server built with this bench is a debug build, and its figures would count for nothing: add «-c Release» after "
                + "«dotnet run», or give --server PATH.");
        return At(here.GetCustomAttributes<AssemblyMetadataAttribute>().First(about => about.Key == "Server").Value!);
    }

    /// <param name="path">The executable, or the folder of a server.</param>
    /// <exception cref="BenchException">It is not there.</exception>
    public static BuiltProgram At(string path)
    {
        var location = Directory.Exists(path) ? Path.Join(path, ServerName) : path;
        return File.Exists(location)
            ? new BuiltProgram(Path.GetFullPath(location))
            : throw new BenchException($"There is no program at {location}: run «dotnet build -c Release src/Headroom.Server», or give --server PATH.");
    }

    /// <summary>What it says of itself: version and commit.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(Location, ["--version"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var version = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return version.Trim();
    }

    /// <summary>
    /// Copies the program's folder into another one, over an older copy. Files that something else has mapped survive a drop
    /// of the page cache and would never be charged to what is measured.
    /// </summary>
    /// <param name="name">Of the copy's folder.</param>
    public BuiltProgram CopyTo(string folder, string name = "server")
    {
        var to = Path.Join(folder, name);
        if (Directory.Exists(to))
            Directory.Delete(to, recursive: true);
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Join(to, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return new BuiltProgram(Path.Join(to, Path.GetFileName(Location)));
    }
}
