using System.Text;

namespace Headroom.Onnx.Tests;

/// <summary>Writes models of a few operators (onnx.proto3, by field numbers): a chain y = op(op(…(x))) over one dimension.</summary>
internal static class TinyModel
{
    /// <summary>Writes a model file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">Element type of x and y.</param>
    /// <param name="length">Length of x and y; null leaves it to each run.</param>
    /// <param name="operators">The chain.</param>
    public static string Write(string path, OnnxElementType type, long? length, params IReadOnlyList<string> operators)
    {
        byte[] graph = [];
        for (var i = 0; i < operators.Count; i++)
        {
            var input = i == 0 ? "x" : $"t{i}";
            var output = i == operators.Count - 1 ? "y" : $"t{i + 1}";
            graph = [.. graph, .. Field(1, [.. Field(1, input), .. Field(2, output), .. Field(4, operators[i])])];
        }
        graph = [.. graph, .. Field(2, "tiny"), .. Field(11, Value("x", type, length)), .. Field(12, Value("y", type, length))];
        File.WriteAllBytes(path, [.. Number(1, 8), .. Field(8, Number(2, 13)), .. Field(7, graph)]);
        return path;
    }

    private static byte[] Value(string name, OnnxElementType type, long? length)
    {
        var dimension = length is { } known ? Number(1, known) : Field(2, "n");
        var tensor = (byte[])[.. Number(1, (long)type), .. Field(2, Field(1, dimension))];
        return [.. Field(1, name), .. Field(2, Field(1, tensor))];
    }

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Field(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, byte[] content) => [.. Varint(field << 3 | 2), .. Varint(content.Length), .. content];

    private static byte[] Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
