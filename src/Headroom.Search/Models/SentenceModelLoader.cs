using Headroom.Onnx;

namespace Headroom.Search.Models;

/// <summary>Loads a folder's model, prepared and mapped.</summary>
internal static class SentenceModelLoader
{
    /// <summary>Prepares the model if need be, and loads it with its tokenizer. Its runs are of one thread: they go side by side.</summary>
    /// <exception cref="PreparationException">The file is missing or not the one of the manifest.</exception>
    /// <exception cref="InvalidDataException">Graph, vocabulary and manifest don't fit together.</exception>
    public static async Task<SentenceModel> LoadAsync(
        SentenceModelFolder folder, PreparedModelCache cache, OnnxEnvironment environment, CancellationToken cancellationToken)
    {
        var prepared = await cache.GetAsync(folder.Source, cancellationToken).ConfigureAwait(false);
        var tokenizer = folder.LoadTokenizer();
        return new SentenceModel(
            OnnxSession.Open(environment, prepared, oneThread: true), folder.Manifest, tokenizer, new ByteSize(prepared.MappedBytes), environment);
    }
}
