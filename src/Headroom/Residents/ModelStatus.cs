namespace Headroom.Residents;

/// <summary>A model slot's figures at one moment.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Role">What it is used for.</param>
/// <param name="State">What the slot is doing.</param>
/// <param name="Resident">Bytes leased for it.</param>
/// <param name="Mapped">Bytes of weights that are mapped from files: they can always be dropped and read again.</param>
/// <param name="LoadTime">How long the last successful load took; null before.</param>
/// <param name="LastUsed">When it was last used; null before.</param>
/// <param name="References">Who uses it right now.</param>
/// <param name="Error">Why the last load failed; null otherwise.</param>
public sealed record ModelStatus(
    string Name,
    string Role,
    ModelState State,
    ByteSize Resident,
    ByteSize Mapped,
    TimeSpan? LoadTime,
    DateTimeOffset? LastUsed,
    int References,
    string? Error)
{
    /// <summary>After how many unloads so far its memory had not come back.</summary>
    public long UnloadFailures { get; init; }
}
