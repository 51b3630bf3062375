namespace Headroom.Residents;

/// <summary>What a model slot is doing.</summary>
public enum ModelState
{
    /// <summary>Not in memory; the next use loads it.</summary>
    Unloaded,

    /// <summary>Being loaded; uses wait for it.</summary>
    Loading,

    /// <summary>In memory.</summary>
    Ready,

    /// <summary>The last load failed; a later use tries again.</summary>
    Failed,
}
