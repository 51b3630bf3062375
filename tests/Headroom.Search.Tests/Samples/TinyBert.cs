using Headroom.Onnx;
using Headroom.Search.Tests.Tokenizing;

namespace Headroom.Search.Tests.Samples;

/// <summary>
/// A model of BERT's outer shape: ids, mask and types in, a vector for each token out, [id, id², 1, type] of each. What
/// must come out of pooling can be worked out by hand.
/// </summary>
internal static class TinyBert
{
    public const int Width = 4;

    /// <summary>Writes model, vocabulary and manifest into a folder.</summary>
    public static string Write(string folder, string pooling, string more = "", int embeddings = 0)
    {
        Directory.CreateDirectory(folder);
        var model = Path.Combine(folder, "model.onnx");
        using (var stream = File.Create(model))
            WriteGraph(new OnnxGraphWriter(stream, "tiny"), embeddings > 0 ? embeddings : Vocabularies.WordPieces.Count);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Vocabularies.WordPieces);
        File.WriteAllText(Path.Combine(folder, "manifest.json"), $$"""
            {"name": "tiny-{{pooling}}", "file": "model.onnx", "sha256": "{{ModelFixture.Sha256(model)}}", "tokenizer": "wordpiece", "vocabulary": "vocab.txt",
             "max_tokens": 16, "pooling": "{{pooling}}", "dimensions": {{Width}}{{more}}}
            """);
        return folder;
    }

    private static void WriteGraph(OnnxGraphWriter writer, int embeddings)
    {
        string[] inputs = ["input_ids", "attention_mask", "token_type_ids"];
        foreach (var input in inputs)
            writer.AddInput(new OnnxTensorInfo(input, OnnxElementType.Int64, [-1, -1]));
        writer.AddConstant<float>("table", [embeddings, Width], [.. Enumerable.Range(0, embeddings).SelectMany(id => new float[] { id, id * id, 1, 0 })]);
        writer.AddConstant<long>("last", [1], [2]);
        writer.AddConstant<float>("only_last", [Width], [0, 0, 0, 1]);
        writer.AddNode("Gather", ["table", "input_ids"], ["words"]);
        writer.AddNode("Cast", ["token_type_ids"], ["types"], OnnxAttribute.Of("to", (long)OnnxElementType.Float));
        writer.AddNode("Unsqueeze", ["types", "last"], ["types_3"]);
        writer.AddNode("Mul", ["types_3", "only_last"], ["type"]);
        writer.AddNode("Add", ["words", "type"], ["last_hidden_state"]);
        writer.AddOutput(new OnnxTensorInfo("last_hidden_state", OnnxElementType.Float, [-1, -1, Width]));
    }
}
