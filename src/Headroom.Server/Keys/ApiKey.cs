namespace Headroom.Server.Keys;

/// <summary>A key without its secret.</summary>
/// <param name="Id">The public id, for lists and removal.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Scope"><c>admin</c>, <c>kiosk</c> or <c>search</c>.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record ApiKey(string Id, string Name, string Scope, string CreatedAt);
