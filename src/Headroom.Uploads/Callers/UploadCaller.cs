using System.Globalization;
using System.Security.Claims;
using Headroom.Uploads.State;
using Headroom.Web.Access;

namespace Headroom.Uploads.Callers;

/// <summary>Who asks: a key of an account, or a guest with a link of one.</summary>
/// <param name="Account">The account that what they send belongs to.</param>
/// <param name="IsAdmin">Sees every account's files.</param>
/// <param name="GuestKey">The guest's link; null for a key.</param>
public readonly record struct UploadCaller(string Account, bool IsAdmin, long? GuestKey)
{
    internal const string GuestClaim = "guest-link";

    /// <summary>Reads the claims of an authenticated caller.</summary>
    internal static UploadCaller Of(ClaimsPrincipal user)
    {
        var guest = user.FindFirstValue(GuestClaim);
        return new UploadCaller(
            user.FindFirstValue(CallerClaims.Account) ?? throw new InvalidOperationException("The caller was authenticated without an account."),
            user.HasClaim(CallerClaims.Scope, Scopes.Admin),
            guest is null ? null : long.Parse(guest, CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Whether this upload exists for the caller. A guest sees what came by the same link, until it is a file and, to be told
    /// that it is one, afterwards; routes that read files are closed to guests.
    /// </summary>
    internal bool Sees(Upload upload) => GuestKey is { } link ? upload.GuestKey == link : IsAdmin || upload.Account == Account;
}
