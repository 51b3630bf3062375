using System.Text.Json.Serialization;

namespace Headroom.Uploads.Guests;

/// <summary>What making a link answers.</summary>
/// <param name="Id">The link's id, to end it by.</param>
/// <param name="Token">What guests authenticate with; shown once.</param>
/// <param name="Link">An address that tus clients can upload to as it is; it holds the token.</param>
/// <param name="MaxBytes">What all files may have together.</param>
/// <param name="MaxFiles">How many files.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record GuestLinkMade(string Id, string Token, string Link, long MaxBytes, int MaxFiles, DateTimeOffset ExpiresAt);

/// <summary>A link without its token.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="MaxBytes">What all files may have together.</param>
/// <param name="UsedBytes">What finished and unfinished ones have.</param>
/// <param name="MaxFiles">How many files.</param>
/// <param name="UsedFiles">How many there are, finished or not.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record GuestLinkAnswer(
    string Id,
    string Account,
    long MaxBytes,
    long UsedBytes,
    int MaxFiles,
    int UsedFiles,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt)
{
    public static GuestLinkAnswer Of(GuestLink link) =>
        new(link.Id, link.Account, link.MaxBytes, link.UsedBytes, link.MaxFiles, link.UsedFiles, link.CreatedAt, link.ExpiresAt);
}

/// <summary>A page of links.</summary>
/// <param name="Items">Those that are whole.</param>
/// <param name="NextCursor">Where the next page begins.</param>
/// <param name="Damaged">The ids of those whose row is not what was written; left out when there are none.</param>
internal sealed record GuestLinkPage(
    IReadOnlyList<GuestLinkAnswer> Items,
    string? NextCursor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Damaged);
