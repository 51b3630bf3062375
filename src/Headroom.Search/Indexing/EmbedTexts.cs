using Headroom.Search.Embedding;

namespace Headroom.Search.Indexing;

/// <summary>Turns texts into vectors, one for each and in order.</summary>
internal delegate Task<SentenceEmbedding[]> EmbedTexts(ReadOnlyMemory<string> texts, CancellationToken cancellationToken);
