using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Headroom.Sqlite;
using Headroom.Sqlite.Checking;
using Headroom.Uploads.Callers;
using Headroom.Uploads.State;
using Headroom.Web.Access;
using Microsoft.Data.Sqlite;

namespace Headroom.Uploads.Guests;

/// <summary>
/// Links for guests, by the SHA-256 of their token: 256 random bits need no slow hash, and a stolen table opens nothing.
/// </summary>
public sealed class GuestLinks
{
    /// <summary>What every token begins with.</summary>
    public const string TokenPrefix = "hg_";

    /// <summary>How many links an account may have.</summary>
    internal const int MaxLinks = 1000;

    private const string Table = "guest_links";
    private const string Columns =
        $"key, id, account, max_bytes, max_files, used_bytes, used_files, created_at, expires_at, sum IS {UploadMigrations.GuestLinkSum}";

    private readonly Database _database;
    private readonly TimeProvider _time;

    internal GuestLinks(Database database, TimeProvider time) => (_database, _time) = (database, time);

    /// <summary>Finds out who sends a token.</summary>
    /// <returns>The claims of a guest; null if there is no such link, or it has expired.</returns>
    /// <exception cref="DamagedRowException">What is stored of the link is not what was written.</exception>
    public async ValueTask<IReadOnlyList<Claim>?> AuthenticateAsync(string token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (!token.StartsWith(TokenPrefix, StringComparison.Ordinal))
            return null;
        var link = _database.Damaged.Require(
            Table,
            await _database.ReadReservedAsync(
                db => db.QuerySingle(
                    $"SELECT {Columns} FROM guest_links WHERE hash = $hash AND expires_at > $now", Read, ("$hash", Hash(token)), ("$now", Now())),
                cancellationToken));
        if (link is null)
            return null;
        return
        [
            new Claim(ClaimTypes.NameIdentifier, link.Id),
            new Claim(CallerClaims.Scope, Scopes.Guest),
            new Claim(CallerClaims.Account, link.Account),
            new Claim(UploadCaller.GuestClaim, link.Key.ToString(CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Makes a link.</summary>
    /// <returns>The link and its token, which is shown once and kept nowhere; null when the account has too many.</returns>
    internal Task<(GuestLink Link, string Token)?> AddAsync(
        string account, long maxBytes, int maxFiles, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var token = TokenPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var id = Guid.NewGuid().ToString("N");
        return _database.WriteAsync<(GuestLink, string)?>(
            db =>
            {
                db.Execute(
                    "DELETE FROM guest_links WHERE account = $account AND expires_at < $longAgo",
                    ("$account", account),
                    ("$longAgo", Now() - (long)TimeSpan.FromDays(30).TotalMilliseconds));
                if (db.QuerySingle("SELECT count(*) FROM guest_links WHERE account = $account", r => r.GetInt32(0), ("$account", account)) >= MaxLinks)
                    return null;
                db.Execute(
                    "INSERT INTO guest_links (id, account, hash, max_bytes, max_files, created_at, expires_at, sum) VALUES ($id, $account, $hash, "
                    + "$bytes, $files, $now, $expires, row_sum($id, $account, $hash, $bytes, $files, $now, $expires))",
                    ("$id", id),
                    ("$account", account),
                    ("$hash", Hash(token)),
                    ("$bytes", maxBytes),
                    ("$files", maxFiles),
                    ("$now", Now()),
                    ("$expires", StoredTime.Milliseconds(expiresAt)));
                return (db.QuerySingle($"SELECT {Columns} FROM guest_links WHERE id = $id", Read, ("$id", id))!, token);
            },
            cancellationToken);
    }

    /// <summary>A page of links, expired ones too for thirty days.</summary>
    /// <param name="account">Whose; null for everybody's.</param>
    /// <param name="after">The key of the last one already seen; 0 for the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<IReadOnlyList<GuestLink>> ListAsync(
        string? account, long after, int limit, CancellationToken cancellationToken) => _database.Damaged.Count(
        Table,
        await _database.ReadAsync(
            db => db.Query(
                $"SELECT {Columns} FROM guest_links WHERE ($account IS NULL OR account = $account) AND key > $after ORDER BY key LIMIT $limit",
                Read,
                ("$account", account),
                ("$after", after),
                ("$limit", limit)),
            cancellationToken));

    /// <summary>Ends a link at once. Files that came by it stay; what is unfinished is given up, and counts no more.</summary>
    /// <param name="id">Which.</param>
    /// <param name="account">Whose; null for anybody's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when there is none.</returns>
    internal Task<bool> RemoveAsync(string id, string? account, CancellationToken cancellationToken) =>
        _database.EraseAsync(
            db =>
            {
                var key = db.QuerySingle(
                    "SELECT key FROM guest_links WHERE id = $id AND ($account IS NULL OR account = $account)",
                    r => r.GetInt64(0),
                    ("$id", id),
                    ("$account", account));
                // Their bytes go with the next round of the sweeper.
                db.Execute(
                    $"UPDATE uploads SET state = {(int)UploadState.Deleting} WHERE guest_key = $key AND state = {(int)UploadState.Open}", ("$key", key));
                return db.Execute("DELETE FROM guest_links WHERE key = $key", ("$key", key)) > 0;
            },
            cancellationToken: cancellationToken);

    private static GuestLink Read(SqliteDataReader row) => row.GetBoolean(9)
        ? new(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt32(4),
            row.GetInt64(5), row.GetInt32(6), StoredTime.Of(row.GetInt64(7)), StoredTime.Of(row.GetInt64(8)))
        : new(row.GetInt64(0), row.GetTextOrEmpty(1), "", 0, 0, 0, 0, default, default) { IsWhole = false };

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private long Now() => StoredTime.Milliseconds(_time.GetUtcNow());
}
