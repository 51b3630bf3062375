namespace Headroom.Onnx.Tests;

/// <summary>Writes models of a few operators: a chain y = op(op(…(x))) over one dimension.</summary>
internal static class TinyModel
{
    /// <summary>Writes a model file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">Element type of x and y.</param>
    /// <param name="length">Length of x and y; null leaves it to each run.</param>
    /// <param name="operators">The chain.</param>
    public static string Write(string path, OnnxElementType type, long? length, params IReadOnlyList<string> operators)
    {
        using var file = File.Create(path);
        var writer = new OnnxGraphWriter(file, "tiny", opset: 13);
        writer.AddInput(new OnnxTensorInfo("x", type, [length ?? -1]));
        for (var i = 0; i < operators.Count; i++)
            writer.AddNode(operators[i], [i == 0 ? "x" : $"t{i}"], [i == operators.Count - 1 ? "y" : $"t{i + 1}"]);
        writer.AddOutput(new OnnxTensorInfo("y", type, [length ?? -1]));
        return path;
    }
}
