using System.Globalization;
using System.Text;
using System.Text.Json;
using Headroom.Web.Requests;

namespace Headroom.Search.Webhook;

/// <summary>
/// Reads JSON by slices of its bytes: only what is looked at becomes objects, so that a megabyte of brackets takes a
/// megabyte. All of it must have been checked by <see cref="Check"/> before.
/// </summary>
internal static class JsonSlice
{
    private const int MaxDepth = 64;

    /// <summary>A form of 2,000 questions, or of ten thousand options, has fewer.</summary>
    private static readonly JsonBounds Bounds = new(50_000, 150_000, MaxDepth);

    /// <summary>Reads to the end.</summary>
    /// <exception cref="JsonBoundsException">It has more names, values or levels than any form.</exception>
    /// <exception cref="JsonException">It is no JSON, or something comes after it.</exception>
    public static void Check(ReadOnlySpan<byte> json)
    {
        new JsonCensus(Bounds).Add(json);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
        }
    }

    /// <summary>What kind of value it is; <see cref="JsonTokenType.None"/> for an empty slice.</summary>
    public static JsonTokenType KindOf(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return JsonTokenType.None;
        return Start(json).TokenType;
    }

    /// <summary>Finds members of an object by their names.</summary>
    /// <param name="json">An object; in anything else nothing is found.</param>
    /// <param name="names">Which.</param>
    /// <param name="values">Where the value of each is in <paramref name="json"/>; empty for one that is not there.</param>
    /// <exception cref="JsonException">One of these names stands there twice.</exception>
    public static void Find(ReadOnlySpan<byte> json, ReadOnlySpan<string> names, Span<Range> values)
    {
        values.Clear();
        foreach (var (name, value) in new JsonItems(json))
        {
            var at = names.IndexOf(name);
            if (at < 0)
                continue;
            if (!values[at].Equals(default))
                throw new JsonException($"The name '{name}' stands twice in one object.");
            values[at] = value;
        }
    }

    /// <summary>A value as text: strings as they are, numbers as they are written, «yes» and «no», nothing for null; objects and arrays as JSON.</summary>
    public static string Text(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return "";
        var reader = Start(json);
        return reader.TokenType switch
        {
            JsonTokenType.String => String(ref reader),
            JsonTokenType.True => "yes",
            JsonTokenType.False => "no",
            JsonTokenType.Null => "",
            _ => Encoding.UTF8.GetString(json),
        };
    }

    /// <summary>
    /// A string or a name. Half of a surrogate pair, which a browser makes of an emoji that was cut in two, becomes
    /// U+FFFD: nothing that was sent is lost for it.
    /// </summary>
    public static string String(ref Utf8JsonReader reader)
    {
        var text = Encoding.UTF8.GetString(reader.ValueSpan);
        return reader.ValueIsEscaped ? Unescape(text) : text;
    }

    /// <summary>A reader that stands on the first token.</summary>
    public static Utf8JsonReader Start(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        return reader;
    }

    private static string Unescape(string text)
    {
        var plain = new char[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\')
                c = Escaped(text, ref i);
            plain[length++] = c;
        }
        // Encoding puts U+FFFD for what is no character.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(plain, 0, length));
    }

    private static char Escaped(string text, ref int at)
    {
        switch (text[++at])
        {
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u':
                at += 4;
                return (char)ushort.Parse(text.AsSpan(at - 3, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            default: return text[at];
        }
    }
}
