using Headroom.Sqlite;
using Microsoft.Data.Sqlite;

namespace Headroom.Search.Searching;

/// <summary>Cuts texts as the index of words is cut: what <c>tokenize</c> says of the table <c>document_words</c>.</summary>
internal static class WordTokenizer
{
    /// <summary>Makes one, to be disposed before the connection is given back.</summary>
    public static Fts5Tokenizer Open(SqliteConnection db) => Fts5Tokenizer.Open(db, "porter", "unicode61", "remove_diacritics", "2");
}
