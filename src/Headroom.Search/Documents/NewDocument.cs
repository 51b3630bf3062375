using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Search.Documents;

/// <summary>A text to be found.</summary>
/// <param name="Id">1 to 128 letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and <c>:</c>; null for one that the store makes.</param>
/// <param name="Text">What is searched; at most <see cref="MaxTextBytes"/> of UTF-8. NUL and lone surrogates become U+FFFD.</param>
/// <param name="Fields">What searches can be filtered by: at most <see cref="MaxFields"/> names with <see cref="MaxFieldValues"/> values in all.</param>
/// <param name="Source">Where it came from, for people and statistics: <c>api</c>, <c>tally</c>.</param>
/// <param name="Origin">The event that brought it, where there is one: two documents never have the same.</param>
public sealed record NewDocument(
    string? Id,
    string Text,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Fields,
    string? Source = null,
    string? Origin = null)
{
    /// <summary>Most bytes of a text, as UTF-8.</summary>
    public const int MaxTextBytes = 1 << 20;

    /// <summary>Most fields.</summary>
    public const int MaxFields = 100;

    /// <summary>Most values of all fields together.</summary>
    public const int MaxFieldValues = 500;

    /// <summary>Most characters of a field's name, of a source and of an origin.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Most characters of a field's value.</summary>
    public const int MaxValueLength = 4000;

    /// <summary>Most characters of an id.</summary>
    public const int MaxIdLength = 128;

    /// <summary>Most characters of all fields together.</summary>
    public const int MaxFieldCharacters = 64 * 1024;

    /// <summary>Whether this may be a document's id.</summary>
    public static bool IsId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return id.Length is > 0 and <= MaxIdLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
    }

    /// <summary>Checks everything against its limit, and makes its texts well-formed.</summary>
    /// <exception cref="ProblemException">Something is too long, too many or not an id; the message names it.</exception>
    public NewDocument Validate()
    {
        Check();
        return this with
        {
            Text = WellFormed.Text(Text),
            Source = WellFormed.TextOrNull(Source),
            Origin = WellFormed.TextOrNull(Origin),
            Fields = WellFormed.Fields(Fields),
        };
    }

    private void Check()
    {
        Require(Id is null || IsId(Id), $"id must be 1 to {MaxIdLength} letters, digits, '-', '_', '.' and ':'. Leave it out to get one.");
        if (Text.Length > MaxTextBytes || System.Text.Encoding.UTF8.GetByteCount(Text) > MaxTextBytes)
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge,
                "text-too-large",
                $"text has more than {new ByteSize(MaxTextBytes)} of UTF-8. Send it as several documents.");
        Require(Source is not { Length: > MaxNameLength }, $"source has {Source?.Length} characters; at most {MaxNameLength} are taken.");
        Require(Origin is not { Length: > MaxNameLength }, $"The origin has {Origin?.Length} characters; at most {MaxNameLength} are taken.");
        Require(Fields.Count <= MaxFields, $"fields has {Fields.Count} names; at most {MaxFields} are taken.");
        Require(Fields.Sum(f => (long)f.Value.Count) <= MaxFieldValues, $"fields has more than {MaxFieldValues} values in all.");
        Require(Fields.Keys.All(name => name.Length is > 0 and <= MaxNameLength), $"A name in fields must have 1 to {MaxNameLength} characters.");
        foreach (var (name, values) in Fields)
            Require(
                values.All(v => v.Length <= MaxValueLength),
                $"fields has a value of more than {MaxValueLength} characters at '{name}'. Put long texts in text.");
        Require(
            Fields.Sum(f => (long)f.Key.Length + f.Value.Sum(v => (long)v.Length)) <= MaxFieldCharacters,
            $"fields has more than {MaxFieldCharacters} characters in all. Put long texts in text.");
    }

    private static void Require(bool fits, string otherwise)
    {
        if (!fits)
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad-document", otherwise);
    }
}
