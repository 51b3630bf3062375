namespace Headroom.Web.Access;

/// <summary>The names of the authorization policies that routes ask for; the program says which scopes each takes.</summary>
public static class Policies
{
    /// <summary>Staff, attendance, models: scope <c>admin</c>.</summary>
    public const string Admin = "admin";

    /// <summary>Clocking in: scopes <c>admin</c> and <c>kiosk</c>.</summary>
    public const string Kiosk = "kiosk";

    /// <summary>Reading, listing and removing files: scopes <c>admin</c> and <c>uploads</c>.</summary>
    public const string Files = "files";

    /// <summary>Sending files: scopes <c>admin</c>, <c>uploads</c> and <c>guest</c>.</summary>
    public const string Sending = "uploads";

    /// <summary>Documents, searches and embeddings: scopes <c>admin</c> and <c>search</c>.</summary>
    public const string Search = "search";
}
