namespace Headroom.Bench;

/// <summary>Where things are in a checkout.</summary>
internal sealed class Repository
{
    private Repository(string root) => Root = root;

    public string Root { get; }

    public string Restored => Path.Join(Root, "assets", "restored");

    public string Results => Path.Join(Root, "bench", "results");

    public string NodePeer => Path.Join(Root, "bench", "peers", "node");

    public string VectorsPeer => Path.Join(Root, "bench", "peers", "vectors");

    public string FlaskPeer => Path.Join(Root, "bench", "peers", "flask");

    /// <summary>Starts a real S3 server.</summary>
    public string SwiftScript => Path.Join(Root, "tests", "s3", "start-swift");

    /// <summary>What the bench makes for itself; not committed.</summary>
    public string Artifacts => Directory.CreateDirectory(Path.Join(Root, "artifacts", "bench")).FullName;

    /// <summary>Looks from the program's folder upwards, then from the working directory.</summary>
    /// <exception cref="BenchException">Neither lies in a checkout.</exception>
    public static Repository Find()
    {
        foreach (var start in (string[])[AppContext.BaseDirectory, Directory.GetCurrentDirectory()])
        {
            for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
            {
                if (File.Exists(Path.Join(at.FullName, "Headroom.slnx")))
                    return new Repository(at.FullName);
            }
        }
        throw new BenchException("The bench needs a checkout of Headroom for its photos and peers: run it in one, or from a program that was built in one.");
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
        return File.Exists(path) ? path : throw new BenchException($"{path} is missing: restore the assets with «dotnet build tools/Headroom.Assets».");
    }
}
