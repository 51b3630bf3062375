using System.Text.Json;

namespace Headroom.Search.Webhook;

/// <summary>Goes through the members of an object or the elements of an array; through nothing in any other value. For <c>foreach</c>.</summary>
internal ref struct JsonItems
{
    private readonly JsonTokenType _end;
    private Utf8JsonReader _reader;

    /// <param name="json">A value that <see cref="JsonSlice.Check"/> has read.</param>
    public JsonItems(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
            return;
        _reader = JsonSlice.Start(json);
        _end = _reader.TokenType switch
        {
            JsonTokenType.StartObject => JsonTokenType.EndObject,
            JsonTokenType.StartArray => JsonTokenType.EndArray,
            _ => JsonTokenType.None,
        };
    }

    /// <summary>The member's name, empty in arrays, and where its value is.</summary>
    public (string Name, Range Value) Current { get; private set; }

    public readonly JsonItems GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_end == JsonTokenType.None || !_reader.Read() || _reader.TokenType == _end)
            return false;
        var name = "";
        if (_reader.TokenType == JsonTokenType.PropertyName)
        {
            name = JsonSlice.String(ref _reader);
            _reader.Read();
        }
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Current = (name, start..(int)_reader.BytesConsumed);
        return true;
    }
}
