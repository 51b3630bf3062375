using Headroom.Uploads.State;

namespace Headroom.Uploads.Creating;

/// <summary>What a new upload is to be.</summary>
/// <param name="Kind">By which protocol it comes.</param>
/// <param name="Name">The file's name, as it was sent.</param>
/// <param name="ContentType">Its content type, as it was sent; null for bytes of no type.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="PartSize">The length of all parts but the last; null for what fits.</param>
internal sealed record UploadWish(UploadKind Kind, string Name, string? ContentType, long Size, long? PartSize)
{
    /// <summary>What a tus client wants to be told again.</summary>
    public string? TusMetadata { get; init; }
}
