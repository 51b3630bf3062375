namespace Headroom.Web.Access;

/// <summary>The types of the claims that a caller's key or link gives, beside the framework's own.</summary>
public static class CallerClaims
{
    /// <summary>One of <see cref="Scopes"/>.</summary>
    public const string Scope = "scope";

    /// <summary>The account whose files the caller works with.</summary>
    public const string Account = "account";
}
