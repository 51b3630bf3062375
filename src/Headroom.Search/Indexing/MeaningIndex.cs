using Headroom.Vectors;

namespace Headroom.Search.Indexing;

/// <summary>
/// The vectors of one model version, while they can be used: not before they are opened, nor after they turned out
/// damaged. Searches go on without them. Each version has a folder of its own, named by its 16 hexadecimal digits, for
/// vectors of two don't compare. Only files that an index made are ever deleted. Thread-safe.
/// </summary>
/// <param name="folder">Where the folders of the versions are.</param>
/// <param name="version">The model's version.</param>
/// <param name="dimensions">Components of a vector.</param>
internal sealed class MeaningIndex(string folder, string version, int dimensions) : IDisposable
{
    private readonly string _path = Path.Combine(folder, version);
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private VectorIndex? _vectors;

    /// <summary>Ends once it was tried to open them, well or not.</summary>
    public Task Tried => _tried.Task;

    /// <summary>Called when a search finds a vector damaged.</summary>
    public Action? Damaged { get; set; }

    /// <summary>The vectors; null while they can't be used.</summary>
    public VectorIndex? Vectors => Volatile.Read(ref _vectors);

    /// <summary>How many passages there are; null while the vectors can't be used.</summary>
    public int? Count
    {
        get
        {
            try
            {
                return Vectors?.Count;
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
        }
    }

    /// <summary>Opens the vectors, empty where there are none; what is damaged is deleted first. Those of other versions are deleted.</summary>
    /// <returns>Why the vectors that were there had to go; null when they did not.</returns>
    /// <exception cref="VectorIndexException">Another process has them open.</exception>
    /// <exception cref="IOException">The device failed or is full.</exception>
    public string? Open()
    {
        try
        {
            return OpenOrBegin();
        }
        finally
        {
            _tried.TrySetResult();
        }
    }

    /// <summary>Searches; nothing is found while there are no vectors.</summary>
    public IReadOnlyList<VectorHit> Use(Func<VectorIndex, IReadOnlyList<VectorHit>> search)
    {
        if (Vectors is not { } vectors)
            return [];
        try
        {
            return search(vectors);
        }
        catch (ObjectDisposedException)
        {
            return [];
        }
        catch (VectorIndexException problem) when (problem.Problem == VectorIndexProblem.Damaged)
        {
            Damaged?.Invoke();
            return [];
        }
    }

    /// <summary>Closes the vectors and deletes them.</summary>
    public void Delete()
    {
        Close();
        VectorIndex.Delete(_path);
    }

    /// <summary>Closes the vectors; searches that run end as usual.</summary>
    public void Close() => Interlocked.Exchange(ref _vectors, null)?.Dispose();

    public void Dispose() => Close();

    private string? OpenOrBegin()
    {
        Close();
        Directory.CreateDirectory(folder);
        foreach (var other in Directory.EnumerateDirectories(folder).Where(d => Path.GetFileName(d) != version && IsVersion(Path.GetFileName(d))).ToList())
            VectorIndex.Delete(other);
        try
        {
            _vectors = VectorIndex.Open(_path, dimensions);
            return null;
        }
        catch (VectorIndexException problem)
            when (problem.Problem is VectorIndexProblem.Damaged or VectorIndexProblem.OtherDimensions or VectorIndexProblem.OtherVersion)
        {
            Delete();
            _vectors = VectorIndex.Open(_path, dimensions);
            return problem.Message;
        }
    }

    private static bool IsVersion(string name) => name.Length == 16 && name.All(char.IsAsciiHexDigitLower);
}
