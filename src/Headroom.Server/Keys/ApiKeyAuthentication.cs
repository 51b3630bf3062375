using System.Security.Claims;
using System.Text.Encodings.Web;
using Headroom.AspNetCore.Problems;
using Headroom.Uploads;
using Headroom.Uploads.Guests;
using Headroom.Web.Access;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Headroom.Server.Keys;

/// <summary>Reads <c>Authorization: Bearer KEY</c> or <c>X-Api-Key: KEY</c>, with a key or a guest's token; a token may stand in a link, too.</summary>
internal sealed class ApiKeyAuthentication(
    ApiKeyStore keys, AdminKey adminKey, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "api-key";

    private const int MaxLength = 256;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        var secret = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header["Bearer ".Length..].Trim()
            : Request.Headers["X-Api-Key"].ToString();
        // A link may hold a guest's token and never a key: links end up in logs and histories.
        if (secret.Length == 0
            && Request.Query[UploadServices.GuestParameter].ToString() is var token
            && token.StartsWith(GuestLinks.TokenPrefix, StringComparison.Ordinal))
            secret = token;
        if (secret.Length is 0 or > MaxLength)
            return AuthenticateResult.NoResult();
        if (await FindAsync(secret) is not { } claims)
            return AuthenticateResult.Fail("There is no such key.");
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName)), SchemeName));
    }

    private async ValueTask<IReadOnlyList<Claim>?> FindAsync(string secret)
    {
        if (secret.StartsWith(GuestLinks.TokenPrefix, StringComparison.Ordinal))
            return Context.RequestServices.GetService<GuestLinks>() is { } links ? await links.AuthenticateAsync(secret, Context.RequestAborted) : null;
        // In the first moments after the start it may not be known yet.
        await adminKey.Settled.WaitAsync(Context.RequestAborted);
        return await keys.FindAsync(secret, Context.RequestAborted) is { } key
            ? [new Claim(ClaimTypes.NameIdentifier, key.Id), new Claim(CallerClaims.Scope, key.Scope), new Claim(CallerClaims.Account, key.Account)]
            : null;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.Of(
            StatusCodes.Status401Unauthorized,
            "no-key",
            "This needs a key. Send «Authorization: Bearer KEY» or «X-Api-Key: KEY»; the server printed an admin key at its first start, "
            + "`headroom keys add` makes more.")
            .ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.Of(StatusCodes.Status403Forbidden, "wrong-scope", "This key's scope does not allow that. Use an admin key, or one whose scope fits.")
            .ExecuteAsync(Context);
}
