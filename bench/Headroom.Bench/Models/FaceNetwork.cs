using Headroom.Onnx;

namespace Headroom.Bench.Models;

/// <summary>
/// An embedder of real size: a residual network of 50 layers as face recognition uses it (He et al., arXiv:1512.03385;
/// Deng et al., arXiv:1801.07698), [1, 3, 112, 112] → [1, 512], 174 MB. Its weights are random: what it takes and how
/// long it takes is real, what it says is not.
/// </summary>
internal static class FaceNetwork
{
    private const int Seed = 50;
    private const int Embedding = 512;
    private const int LastSide = 7;

    private static readonly (int Channels, int Blocks)[] Stages = [(64, 3), (128, 4), (256, 14), (512, 3)];

    public static void Write(Stream destination)
    {
        var net = new ModelSketch(destination, "face-network", Seed);
        var x = Activate(net, Convolve(net, net.Input("data", OnnxElementType.Float, 1, 3, 112, 112), 3, 64, kernel: 3, stride: 1), 64);
        var from = 64;
        foreach (var (channels, blocks) in Stages)
        {
            for (var block = 0; block < blocks; block++)
            {
                x = Block(net, x, from, channels, stride: block == 0 ? 2 : 1);
                from = channels;
            }
        }
        var flat = net.Op("Flatten", [Normalize(net, x, from)], OnnxAttribute.Of("axis", 1));
        var inputs = from * LastSide * LastSide;
        net.Output(
            net.Op("Gemm", [flat, net.Weights(inputs, Embedding, inputs), net.Filled(0, Embedding)], OnnxAttribute.Of("transB", 1)), "embedding", 1,
            Embedding);
    }

    private static string Block(ModelSketch net, string x, int from, int to, int stride)
    {
        var y = Convolve(net, Normalize(net, x, from), from, to, kernel: 3, stride: 1);
        y = Convolve(net, Activate(net, y, to), to, to, kernel: 3, stride);
        return net.Op("Add", [y, stride == 1 ? x : Convolve(net, x, from, to, kernel: 1, stride)]);
    }

    private static string Convolve(ModelSketch net, string x, int from, int to, int kernel, int stride) => net.Op(
        "Conv", [x, net.Weights(from * kernel * kernel, to, from, kernel, kernel), net.Filled(0, to)],
        OnnxAttribute.Of("kernel_shape", kernel, kernel), OnnxAttribute.Of("strides", stride, stride),
        OnnxAttribute.Of("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2));

    /// <summary>A mean of 0 and a variance that grows with the residual sums: the division keeps them bounded.</summary>
    private static string Normalize(ModelSketch net, string x, int channels) =>
        net.Op("BatchNormalization", [x, net.Filled(1, channels), net.Filled(0, channels), net.Filled(0, channels), net.Filled(4, channels)]);

    private static string Activate(ModelSketch net, string x, int channels) => net.Op("PRelu", [x, net.Filled(0.25f, channels, 1, 1)]);
}
