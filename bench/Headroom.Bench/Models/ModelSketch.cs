using Headroom.Onnx;

namespace Headroom.Bench.Models;

/// <summary>
/// Writes a network layer by layer, with seeded weights: uniform, with a deviation of 1/√inputs, so that a signal keeps
/// its size from layer to layer.
/// </summary>
internal sealed class ModelSketch(Stream destination, string name, int seed)
{
    private readonly OnnxGraphWriter _writer = new(destination, name);
    private uint _state = (uint)seed;
    private int _names;

    public string Input(string input, OnnxElementType type, params IReadOnlyList<long> dimensions)
    {
        _writer.AddInput(new OnnxTensorInfo(input, type, dimensions));
        return input;
    }

    public void Output(string value, string output, params IReadOnlyList<long> dimensions)
    {
        _writer.AddNode("Identity", [value], [output]);
        _writer.AddOutput(new OnnxTensorInfo(output, OnnxElementType.Float, dimensions));
    }

    /// <summary>Adds an operator.</summary>
    /// <returns>The name of what it computes.</returns>
    public string Op(string type, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        var output = $"t{_names++}";
        _writer.AddNode(type, inputs, [output], attributes);
        return output;
    }

    /// <summary>Random numbers.</summary>
    /// <param name="inputs">How many of them are summed up for one output.</param>
    public string Weights(int inputs, params ReadOnlySpan<long> dimensions)
    {
        // A uniform number in ±√3·d deviates by d.
        var scale = MathF.Sqrt(3f / inputs);
        return Constant<float>(dimensions, piece =>
        {
            foreach (ref var weight in piece)
                weight = scale * Next();
        });
    }

    /// <summary>The same number everywhere.</summary>
    public string Filled(float value, params ReadOnlySpan<long> dimensions) => Constant<float>(dimensions, piece => piece.Fill(value));

    public string Scalar(float value) => Filled(value);

    public string Integers(params ReadOnlySpan<long> values)
    {
        var constant = $"c{_names++}";
        _writer.AddConstant(constant, [values.Length], values);
        return constant;
    }

    private string Constant<T>(ReadOnlySpan<long> dimensions, Action<Span<T>> fill)
        where T : unmanaged
    {
        var constant = $"c{_names++}";
        _writer.AddConstant(constant, dimensions, fill);
        return constant;
    }

    /// <summary>From −1 to 1: Marsaglia's xorshift, doi:10.18637/jss.v008.i14.</summary>
    private float Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (_state >> 8) / 8388608f - 1;
    }
}
