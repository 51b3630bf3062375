using Headroom.AspNetCore.Problems;
using Headroom.Residents;

namespace Headroom.AspNetCore.Status;

/// <summary>One model as <c>/model-status</c> shows it.</summary>
/// <param name="Name">The slot's name.</param>
/// <param name="Role">What it is for.</param>
/// <param name="State">The <see cref="ModelState"/> in lower case.</param>
/// <param name="ResidentBytes">What it leases.</param>
/// <param name="MappedBytes">What of it is mapped from files.</param>
/// <param name="LoadSeconds">How long the last load took; null before the first.</param>
/// <param name="LastUsed">When it was used last; null if it never was.</param>
/// <param name="Error">Why it could not be loaded, files by their names alone; null if it could.</param>
public sealed record ModelAnswer(
    string Name,
    string Role,
    string State,
    long ResidentBytes,
    long MappedBytes,
    double? LoadSeconds,
    DateTimeOffset? LastUsed,
    string? Error)
{
    /// <summary>How a model is now.</summary>
    public static ModelAnswer Of(ModelStatus model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(
            model.Name,
            model.Role,
            model.State.ToString().ToLowerInvariant(),
            model.Resident.Bytes,
            model.Mapped.Bytes,
            model.LoadTime?.TotalSeconds,
            model.LastUsed,
            model.Error is null ? null : Folders.LeaveOut(model.Error));
    }
}
