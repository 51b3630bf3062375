using Headroom.Sqlite;

namespace Headroom.Search.Documents;

/// <summary>
/// The tables. Times are milliseconds since 1970, UTC; states are numbers of <see cref="DocumentState"/>. A key is never
/// given twice and its text never changes: a replaced document gets a new key, so that what still knows the old one (a
/// vector, a batch under way) can't be taken for it.
/// </summary>
internal static class DocumentMigrations
{
    public static readonly Migration[] All =
    [
        new("search", 1, """
            CREATE TABLE documents (
                key INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                origin TEXT UNIQUE,
                source TEXT,
                fields TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                state INTEGER NOT NULL DEFAULT 0,
                passages INTEGER NOT NULL DEFAULT 0,
                attempts INTEGER NOT NULL DEFAULT 0,
                due_at INTEGER NOT NULL,
                error TEXT,
                text TEXT NOT NULL); -- last: what stands before it is read without it
            CREATE INDEX documents_by_state ON documents (state, key);
            CREATE INDEX documents_due ON documents (due_at) WHERE state = 0;

            CREATE TABLE document_fields (
                document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
                name TEXT NOT NULL,
                value TEXT NOT NULL,
                PRIMARY KEY (document, name, value)) WITHOUT ROWID;
            CREATE INDEX document_fields_by_value ON document_fields (name, value);

            CREATE VIRTUAL TABLE document_words USING fts5 (text, content = 'documents', content_rowid = 'key', tokenize = 'porter unicode61 remove_diacritics 2');
            CREATE TRIGGER document_words_add AFTER INSERT ON documents BEGIN
                INSERT INTO document_words (rowid, text) VALUES (new.key, new.text);
            END;
            CREATE TRIGGER document_words_remove AFTER DELETE ON documents BEGIN
                INSERT INTO document_words (document_words, rowid, text) VALUES ('delete', old.key, old.text);
            END;

            -- Counting a million rows takes long; the counts go along with every change.
            CREATE TABLE document_counts (state INTEGER PRIMARY KEY, count INTEGER NOT NULL);
            INSERT INTO document_counts VALUES (0, 0), (1, 0), (2, 0);
            CREATE TRIGGER document_counts_add AFTER INSERT ON documents BEGIN
                UPDATE document_counts SET count = count + 1 WHERE state = new.state;
            END;
            CREATE TRIGGER document_counts_remove AFTER DELETE ON documents BEGIN
                UPDATE document_counts SET count = count - 1 WHERE state = old.state;
            END;
            CREATE TRIGGER document_counts_move AFTER UPDATE OF state ON documents WHEN new.state <> old.state BEGIN
                UPDATE document_counts SET count = count - 1 WHERE state = old.state;
                UPDATE document_counts SET count = count + 1 WHERE state = new.state;
            END;

            -- Vectors whose document is gone.
            CREATE TABLE removed_documents (key INTEGER PRIMARY KEY, passages INTEGER NOT NULL);
            CREATE TRIGGER removed_documents_add AFTER DELETE ON documents WHEN old.passages > 0 BEGIN
                INSERT INTO removed_documents VALUES (old.key, old.passages);
            END;
            """),
        new("search", 2, """
            -- Documents of events that were removed: the event may be sent again.
            CREATE TABLE removed_origins (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                origin TEXT NOT NULL UNIQUE);
            """),
        new("search", 3, """
            -- Words of removed documents leave the index with them, where they stood there and not by a note that they are gone.
            INSERT INTO document_words (document_words, rank) VALUES ('secure-delete', 1);
            -- Until now there were such notes; they end when everything is put together.
            INSERT INTO document_words (document_words) VALUES ('optimize');
            """),
        new("search", 4, $"""
            ALTER TABLE documents ADD COLUMN sum INTEGER;
            UPDATE documents SET sum = {DocumentRows.Sum};
            """),
    ];
}
