using System.Globalization;
using System.Text;
using Headroom.Search.Indexing;
using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Search.Searching;

/// <summary>Which documents are looked at: those that have, of each field, one of its values.</summary>
internal sealed class DocumentFilter
{
    private readonly string _condition;
    private readonly (string Name, object? Value)[] _parameters;

    public DocumentFilter(IReadOnlyDictionary<string, IReadOnlyList<string>> fields)
    {
        var (condition, parameters) = (new StringBuilder(), new List<(string, object?)>());
        foreach (var (name, values) in fields)
        {
            var n = parameters.Count;
            parameters.Add(($"$f{n}", name));
            // Not EXISTS, and the key with a plus: SQLite would make a list of all that match, and ask for each of its rows anew.
            condition.Append(CultureInfo.InvariantCulture, $" AND (SELECT 1 FROM document_fields WHERE document = +{{0}} AND name = $f{n} AND value IN (");
            for (var i = 0; i < values.Count; i++)
            {
                condition.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? ", " : "")}$f{parameters.Count}");
                parameters.Add(($"$f{parameters.Count}", values[i]));
            }
            condition.Append(") LIMIT 1) = 1");
        }
        (_condition, _parameters) = (condition.ToString(), [.. parameters]);
        First = fields.Count == 0 ? null : $"name = $f0 AND value IN ({string.Join(", ", fields.First().Value.Select((_, i) => $"$f{i + 1}"))})";
    }

    /// <summary>Whether all documents are looked at.</summary>
    public bool IsEmpty => _parameters.Length == 0;

    /// <summary>What a row of <c>document_fields</c> has to be for the first field; a way to find the documents without looking at all.</summary>
    private string? First { get; }

    /// <summary>A condition for a statement that has documents' keys in a column, to be put behind another one.</summary>
    public string Condition(string column) => _condition.Replace("{0}", column, StringComparison.Ordinal);

    /// <summary>The values that the condition names, and those of the statement around it.</summary>
    public (string Name, object? Value)[] Parameters(params ReadOnlySpan<(string Name, object? Value)> others) => [.. _parameters, .. others];

    /// <summary>Reads which documents they are.</summary>
    /// <param name="db">Where.</param>
    /// <param name="keys">Where they are added.</param>
    public void Read(SqliteConnection db, KeySet keys) =>
        db.Visit($"SELECT document FROM document_fields AS first WHERE {First}{Condition("first.document")}", r => keys.Add(r.GetInt64(0)), Parameters());
}
