namespace Headroom.Bench;

/// <summary>Where things are in the repository this program was built from.</summary>
public sealed class Repository
{
    private Repository(string root) => Root = root;

    public string Root { get; }

    public string Restored => Path.Join(Root, "assets", "restored");

    public string Results => Path.Join(Root, "bench", "results");

    public string NodePeer => Path.Join(Root, "bench", "peers", "node");

    /// <summary>What the bench makes for itself; not committed.</summary>
    public string Artifacts => Directory.CreateDirectory(Path.Join(Root, "artifacts", "bench")).FullName;

    /// <exception cref="BenchException">The program was moved out of its repository.</exception>
    public static Repository Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Join(at.FullName, "Headroom.slnx")))
                return new Repository(at.FullName);
        }
        throw new BenchException($"There is no Headroom.slnx above {AppContext.BaseDirectory}: run the bench from its repository, with «dotnet run -c Release --project bench/Headroom.Bench».");
    }

    /// <summary>
    /// Holds off other runs until disposed: two at once share processors and page cache, and neither's figures are true.
    /// </summary>
    /// <exception cref="BenchException">One is running.</exception>
    public IDisposable RunAlone()
    {
        try
        {
            return new FileStream(Path.Join(Artifacts, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new BenchException("Another run of the bench is under way here: wait for it, or stop it.", problem);
        }
    }

    /// <exception cref="BenchException">It is not there.</exception>
    public string RestoredFile(params string[] parts)
    {
        var path = Path.Join([Restored, .. parts]);
        return File.Exists(path) ? path : throw new BenchException($"{path} is missing: restore the assets with «dotnet build assets».");
    }
}
