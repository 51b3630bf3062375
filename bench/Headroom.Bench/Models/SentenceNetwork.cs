using Headroom.Onnx;

namespace Headroom.Bench.Models;

/// <summary>
/// A sentence model of real size: an encoder of six layers of 384 over a vocabulary of 30,522 (Devlin et al.,
/// arXiv:1810.04805; Wang et al., arXiv:2002.10957), token ids [batch, tokens] → mean over the tokens [batch, 384],
/// 90 MB. Its weights are random: what it takes and how long it takes is real, what it says is not.
/// </summary>
internal static class SentenceNetwork
{
    private const int Seed = 384;
    private const int Vocabulary = 30_522;
    private const int Positions = 512;
    private const int Layers = 6;
    private const int Heads = 12;
    private const int Width = 384;
    private const int HeadWidth = Width / Heads;
    private const int Inner = 4 * Width;

    public static void Write(Stream destination)
    {
        var net = new ModelSketch(destination, "sentence-network", Seed);
        var x = Embed(net, net.Input("token_ids", OnnxElementType.Int64, -1, -1));
        for (var layer = 0; layer < Layers; layer++)
        {
            x = Normalize(net, net.Op("Add", [x, Attend(net, x)]));
            x = Normalize(net, net.Op("Add", [x, Think(net, x)]));
        }
        net.Output(net.Op("ReduceMean", [x], OnnxAttribute.Of("axes", [1L]), OnnxAttribute.Of("keepdims", 0)), "sentence", -1, Width);
    }

    private static string Embed(ModelSketch net, string tokens)
    {
        var words = net.Op("Gather", [net.Weights(1, Vocabulary, Width), tokens]);
        var count = net.Op("Slice", [net.Op("Shape", [tokens]), net.Integers(1), net.Integers(2)]);
        var places = net.Op("Slice", [net.Weights(1, Positions, Width), net.Integers(0), count, net.Integers(0)]);
        return Normalize(net, net.Op("Add", [words, places]));
    }

    private static string Attend(ModelSketch net, string x)
    {
        var query = Split(net, Linear(net, x, Width, Width), 0, 2, 1, 3);
        var key = Split(net, Linear(net, x, Width, Width), 0, 2, 3, 1);
        var value = Split(net, Linear(net, x, Width, Width), 0, 2, 1, 3);
        var scores = net.Op("Mul", [net.Op("MatMul", [query, key]), net.Scalar(1 / MathF.Sqrt(HeadWidth))]);
        var mixed = net.Op("MatMul", [net.Op("Softmax", [scores], OnnxAttribute.Of("axis", -1)), value]);
        var joined = net.Op("Reshape", [net.Op("Transpose", [mixed], OnnxAttribute.Of("perm", 0, 2, 1, 3)), net.Integers(0, 0, Width)]);
        return Linear(net, joined, Width, Width);
    }

    /// <summary>Two layers with a Gaussian error unit between them.</summary>
    private static string Think(ModelSketch net, string x)
    {
        var y = Linear(net, x, Width, Inner);
        var error = net.Op("Erf", [net.Op("Div", [y, net.Scalar(MathF.Sqrt(2))])]);
        var unit = net.Op("Mul", [net.Op("Mul", [y, net.Op("Add", [error, net.Scalar(1)])]), net.Scalar(0.5f)]);
        return Linear(net, unit, Inner, Width);
    }

    private static string Split(ModelSketch net, string x, params ReadOnlySpan<long> order) =>
        net.Op("Transpose", [net.Op("Reshape", [x, net.Integers(0, 0, Heads, HeadWidth)])], OnnxAttribute.Of("perm", order));

    private static string Linear(ModelSketch net, string x, int from, int to) =>
        net.Op("Add", [net.Op("MatMul", [x, net.Weights(from, from, to)]), net.Filled(0, to)]);

    private static string Normalize(ModelSketch net, string x) =>
        net.Op("LayerNormalization", [x, net.Filled(1, Width), net.Filled(0, Width)], OnnxAttribute.Of("axis", -1));
}
