namespace Headroom.Search.Embedding;

/// <summary>What a text became.</summary>
/// <param name="Vector">As many numbers as the model has dimensions.</param>
/// <param name="Tokens">How many tokens of the text the model saw; what came after the model's most was not read.</param>
public readonly record struct SentenceEmbedding(float[] Vector, int Tokens);
