namespace Headroom.Web.Access;

/// <summary>What a key may do. Part of stored keys, so the names stay.</summary>
public static class Scopes
{
    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    /// <summary>Clocking in.</summary>
    public const string Kiosk = "kiosk";

    /// <summary>Documents, searches and embeddings.</summary>
    public const string Search = "search";

    /// <summary>Files.</summary>
    public const string Uploads = "uploads";

    /// <summary>Sending files within the limits of a link; no key has it.</summary>
    public const string Guest = "guest";
}
