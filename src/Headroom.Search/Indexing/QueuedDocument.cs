namespace Headroom.Search.Indexing;

/// <summary>A document whose meaning is to be indexed.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Attempts">How often that has failed.</param>
/// <param name="Text">As much of its text as counts; null when the document is not what was written.</param>
internal sealed record QueuedDocument(long Key, int Attempts, string? Text);
