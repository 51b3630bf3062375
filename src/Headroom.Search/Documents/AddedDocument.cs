namespace Headroom.Search.Documents;

/// <summary>What became of a document that was to be stored.</summary>
/// <param name="Id">The id under which it, or the one that was there, is stored.</param>
/// <param name="Outcome">Whether something was written.</param>
public readonly record struct AddedDocument(string Id, AddOutcome Outcome);
