using Headroom.Onnx;

namespace Headroom.Search.Converting;

/// <summary>
/// The encoder: embeddings with a timing signal, two transformer layers (A. Vaswani et al., arXiv:1706.03762) of widths
/// 256 and 512, the mean over the tokens, a tanh layer, length 1.
/// </summary>
internal sealed class UseLiteGraph(OnnxGraphWriter writer, GraphModelWeights weights)
{
    private const int Heads = 4;
    private const int Width = 512;
    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Output = "sentence_embedding";

    private int _names;

    public void Write()
    {
        writer.AddInput(new OnnxTensorInfo(Ids, OnnxElementType.Int64, [-1, -1]));
        writer.AddInput(new OnnxTensorInfo(Mask, OnnxElementType.Float, [-1, -1]));
        var tokens = FindTokens();
        // What is padded takes no part in attention: its score becomes −10⁹.
        var padding = Op("Unsqueeze", [Op("Mul", [Op("Sub", [Number(1), Mask]), Number(-1e9f)]), Integers(1, 2)]);
        var first = Layer(Embed(tokens), 0, 256, padding, tokens);
        var last = Layer(Combine(first, 0), 1, Width, padding, tokens);
        // The last product is of the mean and not of every token: it is linear, so that is the same for a sixth less work.
        var mean = Combine((Mean(last.Inner, tokens), Mean(last.Residual, tokens)), 1);
        var y = Op("Tanh", [Linear(mean, "hidden_layers/tanh_layer_0/weights", "hidden_layers/tanh_layer_0/bias")]);
        var length = Op("Sqrt", [Op("Max", [Op("ReduceSum", [Op("Mul", [y, y]), Integers(-1)], OnnxAttribute.Of("keepdims", 1)), Number(1e-12f)])]);
        writer.AddNode("Div", [y, length], [Output]);
        writer.AddOutput(new OnnxTensorInfo(Output, OnnxElementType.Float, [-1, Width]));
    }

    /// <summary>
    /// Where the real tokens are. Each is a row of its own in all layers but attention, so that what pads the shorter texts of a
    /// batch costs next to nothing (Y. Zhai et al., ByteTransformer, arXiv:2210.03052, «padding-free algorithm»).
    /// </summary>
    private Tokens FindTokens()
    {
        string[] place = [Name(), Name()];
        writer.AddNode("Split", [Op("NonZero", [Mask]), Integers(1, 1)], place, OnnxAttribute.Of("axis", 0));
        var (text, column) = (Op("Squeeze", [place[0], Integers(0)]), Op("Squeeze", [place[1], Integers(0)]));
        var length = Op("Gather", [Op("Shape", [Ids]), Integer(1)], OnnxAttribute.Of("axis", 0));
        // Padding reads the row of the token before it, whatever that is: attention and the mean leave it out.
        var row = Op(
            "Sub",
            [Op("Cast", [Op("CumSum", [Op("Reshape", [Mask, Integers(-1)]), Integer(0)])], OnnxAttribute.Of("to", (long)OnnxElementType.Int64)), Integer(1)]);
        var rows = Op("Reshape", [Op("Max", [row, Integer(0)]), Op("Shape", [Ids])]);
        var texts = Op("Gather", [Op("Shape", [Ids]), Integer(0)], OnnxAttribute.Of("axis", 0));
        var member = Op("OneHot", [text, texts, Numbers(0, 1)], OnnxAttribute.Of("axis", 0));
        var count = Op("Max", [Op("ReduceSum", [member, Integers(1)], OnnxAttribute.Of("keepdims", 1)), Number(1)]);
        return new Tokens(column, Op("Add", [Op("Mul", [text, length]), column]), rows, member, count);
    }

    private string Embed(Tokens tokens)
    {
        var ids = Op("Gather", [Op("Reshape", [Ids, Integers(-1)]), tokens.Places], OnnxAttribute.Of("axis", 0));
        var words = Op("Gather", [Weight("module/Embeddings_en"), ids], OnnxAttribute.Of("axis", 0));
        var columns = Op("Cast", [tokens.Columns], OnnxAttribute.Of("to", (long)OnnxElementType.Float));
        var angles = Op("Mul", [Op("Unsqueeze", [columns, Integers(1)]), Weight("TimingSignal/ExpandDims_1")]);
        var timing = Op("Concat", [Op("Sin", [angles]), Op("Cos", [angles])], OnnxAttribute.Of("axis", 1));
        return Op("Add", [Op("Add", [words, words]), timing]);
    }

    private (string Inner, string Residual) Layer(string x, int layer, int width, string padding, Tokens tokens)
    {
        var named = Named(layer);
        var residual = layer == 0 ? Linear(x, Joined(named + "dense/kernel"), Joined(named + "dense/bias")) : x;
        var attended = Attend(Normalize(x, named + "layer_prepostprocess/layer_norm/"), named + "MultiheadAttention/", width, padding, tokens);
        x = Op("Add", [attended, residual]);
        return (
            Op(
                "Relu",
                [Linear(
                    Normalize(x, named + "FFN/layer_prepostprocess/layer_norm/"),
                    Stacked(layer) + "conv1/Tensordot/Reshape_1",
                    Joined(named + "FFN/conv1/bias"))]),
            x);
    }

    /// <summary>The end of a layer.</summary>
    private string Combine((string Inner, string Residual) layer, int number) =>
        Op("Add", [Linear(layer.Inner, Stacked(number) + "conv2/Tensordot/Reshape_1", Joined(Named(number) + "FFN/conv2/bias")), layer.Residual]);

    private string Mean(string x, Tokens tokens) => Op("Div", [Op("MatMul", [tokens.Member, x]), tokens.Count]);

    private string Attend(string x, string named, int width, string padding, Tokens tokens)
    {
        var all = Op(
            "Add",
            [Op("MatMul", [x, Weight(named + "qkv_transform_single/kernel/part_0", width, 3 * width)]), Weight(Joined(named + "qkv_transform_single/bias"))]);
        string[] parts = [Name(), Name(), Name()];
        writer.AddNode("Split", [Pad(all, tokens), Integers(width, width, width)], parts, OnnxAttribute.Of("axis", 2));
        var query = Op("Mul", [Split(parts[0], width, 0, 2, 1, 3), Number(1 / MathF.Sqrt(width / Heads))]);
        var scores = Op("Add", [Op("MatMul", [query, Split(parts[1], width, 0, 2, 3, 1)]), padding]);
        var mixed = Op("MatMul", [Op("Softmax", [scores], OnnxAttribute.Of("axis", -1)), Split(parts[2], width, 0, 2, 1, 3)]);
        var joined = Op("Reshape", [Op("Transpose", [mixed], OnnxAttribute.Of("perm", 0, 2, 1, 3)), Integers(-1, width)]);
        var kept = Op("Gather", [joined, tokens.Places], OnnxAttribute.Of("axis", 0));
        return Op(
            "Add",
            [
                Op("MatMul", [kept, Weight(named + "output_transform_single/kernel/part_0", width, Width)]),
                Weight(Joined(named + "output_transform_single/bias")),
            ]);
    }

    /// <summary>Tokens as texts of the same length.</summary>
    private string Pad(string x, Tokens tokens) => Op("Gather", [x, tokens.Rows], OnnxAttribute.Of("axis", 0));

    private string Split(string x, int width, params ReadOnlySpan<long> order) =>
        Op("Transpose", [Op("Reshape", [x, Integers(0, 0, Heads, width / Heads)])], OnnxAttribute.Of("perm", order));

    private string Normalize(string x, string named) =>
        Op(
            "LayerNormalization",
            [x, Weight(Joined(named + "layer_norm_scale")), Weight(Joined(named + "layer_norm_bias"))],
            OnnxAttribute.Of("axis", -1),
            OnnxAttribute.Of("epsilon", 1e-6f));

    private string Linear(string x, string kernel, string bias) => Op("Add", [Op("MatMul", [x, Weight(kernel)]), Weight(bias)]);

    private static string Named(int layer) => $"Encode/Layer_{layer}/TransformerLayer/";

    private static string Stacked(int layer) => $"TransformerStack/Layer_{layer}/TransformerLayer/FFN/";

    private static string Joined(string name) => name + "/ConcatPartitions/concat";

    /// <summary>A weight of the source, in its own shape or in this one.</summary>
    private string Weight(string suffix, params long[] shape)
    {
        var (own, bytes) = weights.Find(suffix);
        var name = Name();
        writer.AddConstant(name, shape.Length > 0 ? shape : [.. own], GraphModelWeights.Floats(bytes));
        return name;
    }

    private string Number(float value)
    {
        var name = Name();
        writer.AddConstant<float>(name, [], [value]);
        return name;
    }

    private string Numbers(params ReadOnlySpan<float> values)
    {
        var name = Name();
        writer.AddConstant(name, [values.Length], values);
        return name;
    }

    private string Integer(long value)
    {
        var name = Name();
        writer.AddConstant<long>(name, [], [value]);
        return name;
    }

    private string Integers(params ReadOnlySpan<long> values)
    {
        var name = Name();
        writer.AddConstant(name, [values.Length], values);
        return name;
    }

    private string Op(string type, ReadOnlySpan<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        var name = Name();
        writer.AddNode(type, inputs, [name], attributes);
        return name;
    }

    private string Name() => $"t{_names++}";

    /// <summary>The real tokens of a batch.</summary>
    /// <param name="Columns">Each one's place in its text.</param>
    /// <param name="Places">Each one's place among all that are padded.</param>
    /// <param name="Rows">For each of those the row of its token.</param>
    /// <param name="Member">For each text, 1 where a token is of it.</param>
    /// <param name="Count">For each text, how many tokens it has.</param>
    private readonly record struct Tokens(string Columns, string Places, string Rows, string Member, string Count);
}
