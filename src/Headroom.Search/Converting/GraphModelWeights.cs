using System.Runtime.InteropServices;
using System.Text.Json;

namespace Headroom.Search.Converting;

/// <summary>
/// The weights of a TensorFlow.js graph model: <c>model.json</c> lists their names, shapes and the shards that hold them,
/// one after the other, little-endian (github.com/tensorflow/tfjs, <c>io/types.ts</c>).
/// </summary>
internal sealed class GraphModelWeights
{
    private readonly Dictionary<string, (long[] Shape, ReadOnlyMemory<byte> Bytes)> _weights = new(StringComparer.Ordinal);

    private GraphModelWeights()
    {
    }

    /// <summary>Reads a folder.</summary>
    /// <exception cref="InvalidDataException">It holds something else, or not all of it.</exception>
    public static GraphModelWeights Load(string folder)
    {
        var path = Path.Combine(folder, "model.json");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var weights = new GraphModelWeights();
            foreach (var group in document.RootElement.GetProperty("weightsManifest").EnumerateArray())
                weights.Add(folder, group);
            return weights;
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is not a TensorFlow.js graph model: {problem.Message}", problem);
        }
    }

    /// <summary>The one weight whose name ends like that.</summary>
    /// <exception cref="InvalidDataException">There is none, or more than one.</exception>
    public (IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes) Find(string suffix)
    {
        var names = _weights.Keys.Where(n => n.EndsWith(suffix, StringComparison.Ordinal)).ToList();
        return names is [var name]
            ? _weights[name]
            : throw new InvalidDataException(
                $"{names.Count} weights are named '…{suffix}'; exactly one is expected. This is another model than the converter knows.");
    }

    private void Add(string folder, JsonElement group)
    {
        // A shard's name comes from the file: nothing outside the folder is read.
        using var joined = new MemoryStream();
        foreach (var shard in group.GetProperty("paths").EnumerateArray())
            joined.Write(File.ReadAllBytes(Path.Combine(folder, Path.GetFileName(shard.GetString()!))));
        ReadOnlyMemory<byte> bytes = joined.GetBuffer().AsMemory(0, (int)joined.Length);
        foreach (var weight in group.GetProperty("weights").EnumerateArray())
        {
            var name = weight.GetProperty("name").GetString()!;
            long[] shape = [.. weight.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
            if (weight.GetProperty("dtype").GetString() is not ("float32" or "int32") || weight.TryGetProperty("quantization", out _))
                throw new InvalidDataException($"Weight '{name}' is not stored as 32-bit numbers, which is all that the converter knows.");
            var length = shape.Aggregate(4L, (product, d) => checked(product * d));
            if (length < 0 || length > bytes.Length)
                throw new InvalidDataException($"Weight '{name}' needs {length} bytes; the shards have {bytes.Length} left. One of them is not whole.");
            _weights.Add(name, (shape, bytes[..(int)length]));
            bytes = bytes[(int)length..];
        }
        if (!bytes.IsEmpty)
            throw new InvalidDataException($"The shards have {bytes.Length} bytes more than their weights.");
    }

    /// <summary>The bytes as numbers.</summary>
    public static ReadOnlySpan<float> Floats(ReadOnlyMemory<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes.Span);
}
