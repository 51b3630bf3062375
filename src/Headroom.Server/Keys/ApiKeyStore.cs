using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Headroom.Sqlite;
using Headroom.Sqlite.Checking;
using Microsoft.Data.Sqlite;

namespace Headroom.Server.Keys;

/// <summary>Keys by the SHA-256 of their secret: 256 random bits need no slow hash, and a stolen table opens nothing.</summary>
internal sealed class ApiKeyStore(Database database, TimeProvider time)
{
    /// <summary>What a key may be for.</summary>
    public static readonly string[] Scopes = [Web.Access.Scopes.Admin, Web.Access.Scopes.Kiosk, Web.Access.Scopes.Search, Web.Access.Scopes.Uploads];

    /// <summary>The table.</summary>
    public static readonly Migration[] Migrations =
    [
        new("keys", 1, """
            CREATE TABLE api_keys (
                id TEXT PRIMARY KEY,
                name TEXT NOT NULL UNIQUE,
                scope TEXT NOT NULL,
                hash BLOB NOT NULL UNIQUE,
                created_at TEXT NOT NULL) WITHOUT ROWID;
            """),
        new("keys", 2, $"ALTER TABLE api_keys ADD COLUMN account TEXT NOT NULL DEFAULT '{MainAccount}'"),
        new("keys", 3, $"ALTER TABLE api_keys ADD COLUMN sum INTEGER; UPDATE api_keys SET sum = {Sum}"),
    ];

    /// <summary>The account of keys that were made without one.</summary>
    public const string MainAccount = "main";

    private const string Table = "api_keys";
    private const string Sum = "row_sum(id, name, scope, account, hash, created_at)";
    private const string Columns = $"id, name, scope, account, created_at, sum IS {Sum}";
    private const string EnvironmentKeyName = "environment";
    private const int MinLength = 16;
    private const int MaxAccount = 64;

    /// <summary>How long a key is believed before the database is asked again: what a revoked key may still be good for.</summary>
    private static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(10);

    // Keys seen lately, so that a request does not cost a query; bounded because only keys that exist get in.
    private readonly ConcurrentDictionary<string, (ApiKey Key, long SeenAt)> _known = new(StringComparer.Ordinal);

    /// <summary>Makes a key.</summary>
    /// <returns>The secret: shown once, kept nowhere.</returns>
    /// <exception cref="InvalidOperationException">The name is taken, or the account's is none.</exception>
    public async Task<string> AddAsync(string name, string scope, string account, CancellationToken cancellationToken)
    {
        if (account.Length is 0 or > MaxAccount || account.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '@')))
            throw new InvalidOperationException($"'{account}' is no account: write 1 to {MaxAccount} of A–Z a–z 0–9 - _ . @, for example acme.");
        var secret = "hr_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        try
        {
            await database.WriteAsync(db => Insert(db, name, scope, account, secret), cancellationToken);
        }
        catch (SqliteException problem) when (problem.SqliteErrorCode == SqliteErrors.Constraint)
        {
            throw new InvalidOperationException($"There is a key named '{name}' already; choose another name or revoke that one first.", problem);
        }
        return secret;
    }

    /// <summary>Makes the key of HEADROOM_ADMIN_KEY valid, and the one it had before invalid.</summary>
    /// <param name="secret">The key; null when the variable is not set, which also ends the one it had before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SetEnvironmentKeyAsync(string? secret, CancellationToken cancellationToken) => database.WriteAsync(
        db =>
        {
            db.Execute("DELETE FROM api_keys WHERE name = $name", ("$name", EnvironmentKeyName));
            if (secret is null)
                return 0;
            db.Execute("DELETE FROM api_keys WHERE hash = $hash", ("$hash", Hash(secret)));
            return Insert(db, EnvironmentKeyName, Web.Access.Scopes.Admin, MainAccount, secret);
        },
        cancellationToken);

    /// <summary>Insists that the key of HEADROOM_ADMIN_KEY is long enough, before anything is begun.</summary>
    /// <exception cref="Configuration.SettingException">It is not.</exception>
    public static void RequireLength(string? secret)
    {
        if (secret?.Length < MinLength)
            throw new Configuration.SettingException(
                $"HEADROOM_ADMIN_KEY has {secret.Length} characters; it needs at least {MinLength}. `openssl rand -hex 32` makes a good one.");
    }

    /// <summary>Whether there is an admin key at all.</summary>
    public Task<bool> HasAdminAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(db => db.QuerySingle("SELECT count(*) FROM api_keys WHERE scope = 'admin'", r => r.GetInt32(0) > 0), cancellationToken);

    /// <summary>All keys, without secrets.</summary>
    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(db => db.Query($"SELECT {Columns} FROM api_keys ORDER BY created_at LIMIT 1000", Map), cancellationToken);

    /// <summary>Removes a key by name. A running server notices within ten seconds.</summary>
    /// <returns>False when there was none.</returns>
    public Task<bool> RevokeAsync(string name, CancellationToken cancellationToken) =>
        database.EraseAsync(db => db.Execute("DELETE FROM api_keys WHERE name = $name", ("$name", name)) > 0, cancellationToken: cancellationToken);

    /// <summary>
    /// Finds a key by its secret. Looking up a hash tells nothing about secrets that are close, so no comparison has to
    /// be constant-time.
    /// </summary>
    /// <exception cref="DamagedRowException">What is stored of the key is not what was written: nobody knows what it may.</exception>
    public async ValueTask<ApiKey?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = Hash(secret);
        var text = Convert.ToBase64String(hash);
        if (_known.TryGetValue(text, out var known) && time.GetElapsedTime(known.SeenAt) < BelievedFor)
            return known.Key;
        // Whose key it is must be known however long other reads take.
        var found = database.Damaged.Require(
            Table,
            await database.ReadReservedAsync(
                db => db.QuerySingle($"SELECT {Columns} FROM api_keys WHERE hash = $hash", Map, ("$hash", hash)), cancellationToken));
        if (found is not null)
            _known[text] = (found, time.GetTimestamp());
        else
            _known.TryRemove(text, out _);
        return found;
    }

    private int Insert(SqliteConnection db, string name, string scope, string account, string secret) => db.Execute(
        "INSERT INTO api_keys (id, name, scope, account, hash, created_at, sum) "
        + "VALUES ($id, $name, $scope, $account, $hash, $now, row_sum($id, $name, $scope, $account, $hash, $now))",
        ("$id", Guid.CreateVersion7(time.GetUtcNow()).ToString("N")),
        ("$name", name),
        ("$scope", scope),
        ("$account", account),
        ("$hash", Hash(secret)),
        ("$now", StoredTime.Text(time.GetUtcNow())));

    private static ApiKey Map(SqliteDataReader row) => new(
        row.GetTextOrEmpty(0), row.GetTextOrEmpty(1), row.GetTextOrEmpty(2), row.GetTextOrEmpty(3), row.GetTextOrEmpty(4))
    {
        IsWhole = row.GetBoolean(5),
    };

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
