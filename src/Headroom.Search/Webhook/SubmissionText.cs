using System.Text;
using Headroom.Search.Documents;

namespace Headroom.Search.Webhook;

/// <summary>
/// Puts a submission together: lines of «label: answer» for search, and values by label for filters. Both stay within
/// what a document may have, whatever options are repeated.
/// </summary>
internal sealed class SubmissionText
{
    /// <summary>Characters of a value; a longer one is found by search and not by filters.</summary>
    public const int MaxValue = 200;

    /// <summary>Values of one label.</summary>
    public const int MaxValues = 32;

    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, IReadOnlyList<string>> _filters = new(StringComparer.Ordinal);
    private int _bytes;
    private int _values;
    private int _characters;

    /// <summary>The lines.</summary>
    public string Text => _text.ToString();

    /// <summary>Values by label.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Filters => _filters;

    /// <summary>Whether no more text is taken: the rest is cut off.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Adds a question with its answers; nothing when there is none.</summary>
    /// <param name="label">The question.</param>
    /// <param name="answers">As they are filtered by.</param>
    /// <param name="separator">What stands between them in the text.</param>
    /// <param name="numbered">Whether the text counts them.</param>
    public void Add(string label, IReadOnlyList<string> answers, string separator = ", ", bool numbered = false)
    {
        label = Clean(label);
        var count = 0;
        foreach (var answer in answers)
        {
            if (Clean(answer) is not { Length: > 0 } value)
                continue;
            if (count++ > 0)
                Append(separator);
            else
                Append($"{(_bytes > 0 ? "\n" : "")}{label}{(label.Length > 0 ? ": " : "")}");
            Append(numbered ? $"{count}. {value}" : value);
            Filter(label, value);
        }
    }

    /// <summary>Adds a value for filters only.</summary>
    public void AddFilter(string label, string value) => Filter(label, Clean(value));

    private void Filter(string label, string value)
    {
        if (label.Length == 0 || value.Length is 0 or > MaxValue || _values == NewDocument.MaxFieldValues)
            return;
        label = Cut(label.Replace('\n', ' '), NewDocument.MaxNameLength);
        var isNew = !_filters.TryGetValue(label, out var values);
        var characters = value.Length + (isNew ? label.Length : 0);
        if (_characters + characters > NewDocument.MaxFieldCharacters || (isNew && _filters.Count == NewDocument.MaxFields))
            return;
        if (isNew)
            _filters[label] = values = new List<string>();
        if (values!.Count == MaxValues || values.Contains(value, StringComparer.Ordinal))
            return;
        ((List<string>)values).Add(value);
        _values++;
        _characters += characters;
    }

    private void Append(string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (!IsFull && _bytes + bytes <= NewDocument.MaxTextBytes)
        {
            _text.Append(text);
            _bytes += bytes;
            return;
        }
        IsFull = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((_bytes += rune.Utf8SequenceLength) > NewDocument.MaxTextBytes)
                return;
            _text.Append(rune.ToString());
        }
    }

    /// <summary>Never between the halves of a character.</summary>
    private static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    /// <summary>Without control characters, NUL among them, which nobody sees, and the space around.</summary>
    private static string Clean(string text)
    {
        if (text.Any(c => char.IsControl(c) && c is not '\n'))
            text = string.Concat(text.Replace("\r\n", "\n", StringComparison.Ordinal).Select(c => char.IsControl(c) && c is not '\n' ? ' ' : c));
        return text.Trim();
    }
}
