using System.Text.Json;

namespace Headroom.Search.Documents;

/// <summary>Documents as the API shows them, written out one by one: a page of them is never in memory as a whole.</summary>
internal static class DocumentJson
{
    /// <summary>As much of a text is in lists and in answers to searches.</summary>
    public const int ListedCharacters = 4000;

    private const int Piece = 8192;

    /// <summary>Writes the whole object.</summary>
    public static void WriteDocument(Utf8JsonWriter writer, StoredDocument document, int mostCharacters)
    {
        writer.WriteStartObject();
        WriteContent(writer, document, mostCharacters);
        writer.WriteString("state", NameOf(document.State));
        if (document.Attempts > 0)
            writer.WriteNumber("attempts", document.Attempts);
        if (document.Error is not null)
            writer.WriteString("error", document.Error);
        writer.WriteString("created_at", document.CreatedAt.UtcDateTime);
        writer.WriteString("updated_at", document.UpdatedAt.UtcDateTime);
        writer.WriteEndObject();
    }

    /// <summary>Writes the ids of documents that are not what was written; nothing when there are none.</summary>
    public static void WriteDamaged(Utf8JsonWriter writer, IReadOnlyList<string> ids)
    {
        if (ids.Count == 0)
            return;
        writer.WriteStartArray("damaged");
        foreach (var id in ids)
            writer.WriteStringValue(id);
        writer.WriteEndArray();
    }

    /// <summary>Writes id, text, fields and source into an object.</summary>
    public static void WriteContent(Utf8JsonWriter writer, StoredDocument document, int mostCharacters)
    {
        writer.WriteString("id", document.Id);
        var length = Cut(document.Text, mostCharacters);
        WriteText(writer, document.Text.AsSpan(0, length));
        if (!document.IsAll || length < document.Text.Length)
            writer.WriteBoolean("truncated", true);
        writer.WriteStartObject("fields");
        foreach (var (name, values) in document.Fields)
            WriteField(writer, name, values);
        writer.WriteEndObject();
        if (document.Source is not null)
            writer.WriteString("source", document.Source);
    }

    /// <summary>A state's name.</summary>
    public static string NameOf(DocumentState state) => state switch
    {
        DocumentState.Pending => "pending",
        DocumentState.Indexed => "indexed",
        _ => "failed",
    };

    /// <summary>Where to end so that no pair is cut in two.</summary>
    private static int Cut(string text, int most) =>
        text.Length <= most ? text.Length : char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<char> text)
    {
        writer.WritePropertyName("text");
        for (; text.Length > Piece; text = text[Piece..])
            writer.WriteStringValueSegment(text[..Piece], isFinalSegment: false);
        writer.WriteStringValueSegment(text, isFinalSegment: true);
    }

    private static void WriteField(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 1)
        {
            writer.WriteString(name, values[0]);
            return;
        }
        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
