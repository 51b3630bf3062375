using System.Text.Json;

namespace Headroom.Search.Webhook;

/// <summary>
/// Checkboxes come twice: as a question with the ids of the ticked options, and as one field for each option, whose key
/// is the question's key and the option's id. They are told once; where the question lacks its options, their labels
/// come from the fields.
/// </summary>
internal sealed class CheckedBoxes
{
    private static readonly Dictionary<string, string> None = [];

    private readonly Dictionary<string, Dictionary<string, string>> _questions = new(StringComparer.Ordinal);

    public CheckedBoxes(IReadOnlyList<TallyField> fields)
    {
        foreach (var field in fields)
        {
            if (field.Kind == JsonTokenType.StartArray && field.Key.Length > 0)
                _questions.TryAdd(field.Key, new Dictionary<string, string>(StringComparer.Ordinal));
        }
        foreach (var field in fields)
        {
            if (KeysOf(field) is var (question, id) && _questions.TryGetValue(question, out var options) && Split(field).Option is { } label)
                options.TryAdd(id, label);
        }
    }

    /// <summary>Whether a box's question names the boxes that were ticked.</summary>
    public bool IsToldByQuestion(TallyField box) => KeysOf(box) is var (question, _) && _questions.ContainsKey(question);

    /// <summary>A question's options as its boxes tell them.</summary>
    public IReadOnlyDictionary<string, string> OptionsOf(TallyField question) => _questions.GetValueOrDefault(question.Key, None);

    /// <summary>A box is labelled «Question (Option)».</summary>
    /// <returns>The question and the option; no option for a box that stands alone.</returns>
    public static (string Question, string? Option) Split(TallyField box)
    {
        var label = box.Label.Trim();
        var at = label.EndsWith(')') && KeysOf(box) is not null ? OpeningOfLast(label) : -1;
        return at > 1 && label[at - 1] == ' ' ? (label[..(at - 1)], label[(at + 1)..^1]) : (label, null);
    }

    /// <summary>Options have parentheses of their own: «Question (Other (say which))».</summary>
    private static int OpeningOfLast(string label)
    {
        var open = 0;
        for (var i = label.Length - 1; i >= 0; i--)
        {
            open += label[i] switch { ')' => 1, '(' => -1, _ => 0 };
            if (open == 0)
                return i;
        }
        return -1;
    }

    /// <summary>«question_3xYz_option»: in front of the last «_» the question's key, behind it the option's id.</summary>
    private static (string Question, string Id)? KeysOf(TallyField box)
    {
        var at = box.Key.LastIndexOf('_');
        return box.Kind is JsonTokenType.True or JsonTokenType.False && at > 0 && box.Key.AsSpan(0, at).Contains('_')
            ? (box.Key[..at], box.Key[(at + 1)..])
            : null;
    }
}
