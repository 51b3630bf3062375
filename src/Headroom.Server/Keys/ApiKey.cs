using Headroom.Sqlite.Checking;

namespace Headroom.Server.Keys;

/// <summary>A key without its secret.</summary>
/// <param name="Id">The public id, for lists and removal.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Scope">One of <see cref="ApiKeyStore.Scopes"/>.</param>
/// <param name="Account">Whose it is: what is uploaded with it belongs to that account.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record ApiKey(string Id, string Name, string Scope, string Account, string CreatedAt) : ICheckedRow
{
    /// <inheritdoc/>
    public bool IsWhole { get; init; } = true;
}
