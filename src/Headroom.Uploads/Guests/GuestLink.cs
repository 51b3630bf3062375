using Headroom.Sqlite.Checking;

namespace Headroom.Uploads.Guests;

/// <summary>A link that strangers can send files with.</summary>
internal sealed record GuestLink(
    long Key,
    string Id,
    string Account,
    long MaxBytes,
    int MaxFiles,
    long UsedBytes,
    int UsedFiles,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt) : ICheckedRow
{
    /// <inheritdoc/>
    public bool IsWhole { get; init; } = true;
}
