using Headroom.Sqlite.Checking;

namespace Headroom.Search.Documents;

/// <summary>A document as it is stored.</summary>
/// <param name="Key">Grows with every document that is written; never given twice.</param>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text, or the beginning of it.</param>
/// <param name="IsAll">Whether <paramref name="Text"/> is all of it.</param>
/// <param name="Fields">What searches can be filtered by.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="State">How far it is.</param>
/// <param name="Attempts">How often indexing it has failed since it last went well.</param>
/// <param name="Error">What went wrong the last time; null when nothing did.</param>
/// <param name="CreatedAt">When its id was first stored.</param>
/// <param name="UpdatedAt">When this text was stored.</param>
internal sealed record StoredDocument(
    long Key,
    string Id,
    string Text,
    bool IsAll,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Fields,
    string? Source,
    DocumentState State,
    int Attempts,
    string? Error,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt) : ICheckedRow
{
    /// <inheritdoc/>
    public bool IsWhole { get; init; } = true;
}
