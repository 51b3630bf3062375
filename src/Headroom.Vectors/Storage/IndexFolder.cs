using System.Globalization;

namespace Headroom.Vectors.Storage;

/// <summary>
/// The folder of an index: three files a generation, of which the highest one counts, and a lock that dies with its
/// holder. A generation counts from the moment its record file has its final name.
/// </summary>
internal sealed class IndexFolder : IDisposable
{
    private const string Records = ".records";
    private const string Signs = ".signs";
    private const string Codes = ".codes";
    private const string Draft = ".draft";
    private const string Lock = "lock";

    private static readonly string[] Kinds = [Records, Records + Draft, Signs, Codes, ErasureList.Extension];

    private readonly string _path;
    private readonly VectorLayout _layout;
    private readonly FileStream _lock;
    private int _generation;

    /// <exception cref="VectorIndexException">Somebody has it open.</exception>
    public IndexFolder(string path, VectorLayout layout)
    {
        _path = Path.GetFullPath(path);
        _layout = layout;
        Directory.CreateDirectory(_path);
        try
        {
            _lock = new FileStream(Path.Join(_path, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException held)
        {
            throw new VectorIndexException(
                VectorIndexProblem.InUse,
                $"'{_path}' can't be locked: another process, or another index in this one, has it open. Close that one first, or use another folder.",
                held);
        }
    }

    /// <summary>Opens the newest generation, or makes the first; older ones and what never got its name are deleted.</summary>
    public Store OpenNewest()
    {
        _generation = Files(_path, Records).Select(file => GenerationOf(file, Records)!.Value).DefaultIfEmpty().Max();
        DeleteAllBut(_generation);
        if (_generation > 0)
            return Store.Open(Name(_generation, Records), Name(_generation, Signs), Name(_generation, Codes), _layout);
        var first = CreateNext();
        try
        {
            Publish(first);
            return first;
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }

    /// <summary>Makes an empty generation that does not count yet.</summary>
    public Store CreateNext()
    {
        DeleteAllBut(_generation);
        var next = _generation + 1;
        return Store.Create(Name(next, Records + Draft), Name(next, Signs), Name(next, Codes), _layout);
    }

    /// <summary>Makes the one that was created last count instead of the one before.</summary>
    public void Publish(Store next)
    {
        next.Publish(Name(_generation + 1, Records));
        _generation++;
    }

    /// <summary>Deletes an index that is not open: its files, and the folder if nothing else is in it.</summary>
    public static void Delete(string path)
    {
        if (!Directory.Exists(path))
            return;
        foreach (var file in Kinds.SelectMany(kind => Files(path, kind)).ToList())
            File.Delete(file);
        File.Delete(Path.Join(path, Lock));
        if (!Directory.EnumerateFileSystemEntries(path).Any())
            Directory.Delete(path);
    }

    /// <summary>Deletes the files of every generation that does not count.</summary>
    public void DeleteOthers() => DeleteAllBut(_generation);

    public void Dispose() => _lock.Dispose();

    private string Name(int generation, string kind) => Path.Join(_path, string.Create(CultureInfo.InvariantCulture, $"{generation:D8}{kind}"));

    private void DeleteAllBut(int generation)
    {
        string[] kept = [Name(generation, Records), Name(generation, Signs), Name(generation, Codes), Name(generation, ErasureList.Extension)];
        foreach (var file in Kinds.SelectMany(kind => Files(_path, kind)).Except(kept, StringComparer.Ordinal).ToList())
            File.Delete(file);
    }

    /// <summary>Files of a kind that an index named; what else is there is somebody else's and is left alone.</summary>
    private static IEnumerable<string> Files(string path, string kind) =>
        Directory.EnumerateFiles(path, $"*{kind}").Where(file => GenerationOf(file, kind) is not null);

    private static int? GenerationOf(string file, string kind) =>
        Path.GetFileName(file) is var name
        && name.EndsWith(kind, StringComparison.Ordinal)
        && name[..^kind.Length] is { Length: >= 8 } number
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            ? generation
            : null;
}
