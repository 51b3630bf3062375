namespace Headroom.Reconciling;

/// <summary>
/// A piece of work that runs. Disposing ends it, exactly once however often and through however many copies; the default
/// value is nobody's.
/// </summary>
public readonly struct WorkObservation : IDisposable
{
    private readonly WorkEntry? _entry;
    private readonly long _generation;

    internal WorkObservation(WorkEntry entry)
    {
        _entry = entry;
        _generation = entry.Generation;
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => _entry?.Kind.Observer.End(_entry, _generation);
}

/// <summary>A running piece of work, reused: valid only for the generation it was handed out with. Guarded by the observer's lock.</summary>
internal sealed class WorkEntry(WorkKind kind)
{
    public WorkKind Kind = kind;
    public long Estimated;
    public long Generation;
    public WorkEntry? NextFree;
}
