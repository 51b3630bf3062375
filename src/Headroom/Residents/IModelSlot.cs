namespace Headroom.Residents;

/// <summary>What every <see cref="ModelSlot{T}"/> can do, whatever its model.</summary>
public interface IModelSlot
{
    /// <summary>The slot's figures at this moment.</summary>
    ModelStatus Status { get; }

    /// <summary>Starts loading in the background, if it is not loaded; failures show in <see cref="Status"/>.</summary>
    void Preload();

    /// <summary>Takes the model out of use; its memory comes back when the last user has let go.</summary>
    /// <returns>False when nothing was loaded.</returns>
    bool Unload();
}
