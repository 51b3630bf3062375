using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Uploads.Guests;

/// <summary>What <c>POST /api/guest-links</c> takes.</summary>
internal sealed record GuestLinkRequest(long? MaxBytes, int? MaxFiles, DateTimeOffset? ExpiresAt)
{
    /// <summary>What it has to be, for people.</summary>
    public const string Expected = "an object with max_bytes and max_files, numbers, and expires_at, an RFC 3339 time";

    private const int MostFiles = 100_000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <exception cref="ProblemException">A value is missing or makes no sense.</exception>
    public (long MaxBytes, int MaxFiles, DateTimeOffset ExpiresAt) Validate(DateTimeOffset now)
    {
        if (MaxBytes is not (>= 1 and var bytes))
            throw Bad("max_bytes must be at least 1: what all files may have together.");
        if (MaxFiles is not (>= 1 and <= MostFiles and var files))
            throw Bad($"max_files must be 1 to {MostFiles}.");
        if (ExpiresAt is not { } end || end <= now || end > now + Longest)
            throw Bad("expires_at must be a time from now to a year from now, for example 2026-01-31T08:00:00Z.");
        return (bytes, files, end);
    }

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, "bad-guest-link", detail);
}
