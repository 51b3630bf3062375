using Headroom.Pressure;

namespace Headroom.Residents;

/// <summary>What every <see cref="ModelSlot{T}"/> can do, whatever its model.</summary>
public interface IModelSlot
{
    /// <summary>The slot's figures at this moment.</summary>
    ModelStatus Status { get; }

    /// <summary>Starts loading in the background, if it is not loaded; failures show in <see cref="Status"/>.</summary>
    void Preload();

    /// <summary>Loads the model if it is not loaded, and waits for it.</summary>
    /// <param name="cancellationToken">Stops waiting; the load goes on.</param>
    /// <exception cref="ModelUnavailableException">It can't be loaded, or failed to a moment ago.</exception>
    Task LoadAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes the model out of use; its memory comes back when the last user has let go.</summary>
    /// <returns>False when nothing was loaded.</returns>
    bool Unload();

    /// <summary>Takes the model out of use if nobody uses it and it has been idle for so long; its memory comes back at once.</summary>
    /// <returns>False when it stays.</returns>
    bool UnloadIfIdle(TimeSpan idle);

    /// <summary>Takes the model out of use, waits until the last user has let go, and measures what came back.</summary>
    /// <param name="cancellationToken">Stops waiting; the model is out of use all the same.</param>
    /// <returns>Null when nothing was loaded, when it was needed again before and so stayed, or when nobody measures.</returns>
    Task<MemoryReturn?> UnloadAsync(CancellationToken cancellationToken = default);
}
