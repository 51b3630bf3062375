namespace Headroom.Residents;

/// <summary>Keeps a model in memory while it is used; dispose it afterwards, more often does no harm.</summary>
public sealed class ModelReference<T> : IDisposable
    where T : class, IDisposable
{
    private ModelSlot<T>.Holder? _holder;

    internal ModelReference(ModelSlot<T>.Holder holder)
    {
        _holder = holder;
        Model = holder.Model;
    }

    /// <summary>The model.</summary>
    public T Model { get; }

    /// <summary>Ends the use.</summary>
    public void Dispose() => Interlocked.Exchange(ref _holder, null)?.Release();
}
