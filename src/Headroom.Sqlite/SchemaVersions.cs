using Headroom.Sqlite.Erasing;
using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite;

/// <summary>Which steps of each component's schema were applied, as the file itself says.</summary>
internal static class SchemaVersions
{
    /// <summary>Applies what is missing, in one transaction.</summary>
    /// <exception cref="DatabaseException">The file was written by a newer version of the program.</exception>
    public static void BringUpToDate(SqliteConnection connection, IReadOnlyList<Migration> migrations, string path)
    {
        using var transaction = connection.BeginTransaction();
        var isNew = connection.QuerySingle("SELECT count(*) FROM sqlite_schema", r => r.GetInt32(0)) == 0;
        connection.Execute("CREATE TABLE IF NOT EXISTS schema_versions (component TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
        if (isNew)
            OlderPages.Record(connection);
        foreach (var component in migrations.GroupBy(m => m.Component))
        {
            var applied = connection.QuerySingle("SELECT version FROM schema_versions WHERE component = $c", r => r.GetInt32(0), ("$c", component.Key));
            var latest = component.Max(m => m.Version);
            if (applied > latest)
                throw new DatabaseException(
                    DatabaseProblem.Unusable,
                    $"The database '{path}' holds version {applied} of '{component.Key}', this program knows {latest}. "
                    + "Run the newer program, or restore the older backup.");
            foreach (var migration in component.Where(m => m.Version > applied).OrderBy(m => m.Version))
            {
                connection.Execute(migration.Sql);
                connection.Execute(
                    "INSERT INTO schema_versions VALUES ($c, $v) ON CONFLICT (component) DO UPDATE SET version = $v",
                    ("$c", migration.Component),
                    ("$v", migration.Version));
            }
        }
        transaction.Commit();
    }
}
