namespace Headroom.Residents;

/// <summary>What a model slot is for and what it costs.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Role">What it is used for.</param>
/// <param name="Resident">Bytes it holds while loaded, mapped weights not counted; leased before it is loaded.</param>
public sealed record ModelSlotOptions(string Name, string Role, ByteSize Resident)
{
    /// <summary>Unload after this long without use; null keeps it.</summary>
    public TimeSpan? IdleUnload { get; init; }

    /// <summary>How long a failed load is remembered before the next use tries again.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}
