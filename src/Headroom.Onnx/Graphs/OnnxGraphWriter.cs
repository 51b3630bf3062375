using System.Runtime.InteropServices;

namespace Headroom.Onnx;

/// <summary>
/// Writes a model file from inputs, constants, nodes and outputs, in any order but that nodes come after those they use.
/// Weights are written as they come: a model of any size takes a few kilobytes. Not thread-safe.
/// </summary>
/// <remarks>
/// The format is <c>onnx.proto</c> (github.com/onnx/onnx). A protobuf reader merges what it finds of one message in
/// several places (protobuf.dev/programming-guides/encoding, «Last one wins»), so each part is written as a graph of
/// its own and no length has to be known beforehand.
/// </remarks>
public sealed class OnnxGraphWriter
{
    private const long IrVersion = 8;
    private const int PieceBytes = 64 * 1024;

    // ModelProto, OperatorSetIdProto, GraphProto, NodeProto.
    private const int ModelIrVersion = 1, ModelGraph = 7, ModelOpset = 8, OpsetVersion = 2;
    private const int GraphNode = 1, GraphName = 2, GraphInitializer = 5, GraphInput = 11, GraphOutput = 12;
    private const int NodeInput = 1, NodeOutput = 2, NodeName = 3, NodeType = 4, NodeAttribute = 5;

    // TensorProto; ValueInfoProto, TypeProto, TypeProto.Tensor, TensorShapeProto and its Dimension.
    private const int TensorDimension = 1, TensorType = 2, TensorName = 8, TensorRawData = 9;
    private const int ValueName = 1, ValueType = 2, TypeTensor = 1, TypeElement = 1, TypeShape = 2, ShapeDimension = 1, DimensionValue = 1;

    private readonly Stream _destination;
    private long _written;
    private int _nodes;

    /// <summary>Begins a model.</summary>
    /// <param name="destination">Where it is written; left open.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="opset">The version of the operators, at least 7.</param>
    public OnnxGraphWriter(Stream destination, string name, int opset = 17)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(opset, 7);
        _destination = destination;
        Write(new WireMessage().Number(ModelIrVersion, IrVersion).Message(ModelOpset, new WireMessage().Number(OpsetVersion, opset)).Written);
        Write(new WireMessage().Text(GraphName, name));
    }

    /// <summary>Adds an input of the model.</summary>
    /// <exception cref="InvalidOperationException">The model would be longer than 2 GiB.</exception>
    public void AddInput(OnnxTensorInfo input) => Write(new WireMessage().Message(GraphInput, Describe(input)));

    /// <summary>Adds an output of the model: the output of a node.</summary>
    /// <exception cref="InvalidOperationException">The model would be longer than 2 GiB.</exception>
    public void AddOutput(OnnxTensorInfo output) => Write(new WireMessage().Message(GraphOutput, Describe(output)));

    /// <summary>Adds a node.</summary>
    /// <param name="type">The operator, such as <c>MatMul</c>.</param>
    /// <param name="inputs">Names of inputs of the model, constants, or outputs of nodes; empty for an optional one that is left out.</param>
    /// <param name="outputs">Names for what it computes.</param>
    /// <param name="attributes">Its constants.</param>
    /// <exception cref="InvalidOperationException">The model would be longer than 2 GiB.</exception>
    public void AddNode(string type, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        var node = new WireMessage();
        foreach (var input in inputs)
            node.Text(NodeInput, input);
        foreach (var output in outputs)
            node.Text(NodeOutput, output);
        node.Text(NodeName, $"{type}_{_nodes++}").Text(NodeType, type);
        foreach (var attribute in attributes)
            node.Message(NodeAttribute, attribute.Message);
        Write(new WireMessage().Message(GraphNode, node));
    }

    /// <summary>Adds a constant.</summary>
    /// <typeparam name="T">Type of its elements.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">Its shape; none for a scalar.</param>
    /// <param name="elements">All of its elements, row-major.</param>
    /// <exception cref="ArgumentException">There are more or fewer elements than the shape has, or their type is none of a tensor's.</exception>
    /// <exception cref="InvalidOperationException">The model would be longer than 2 GiB.</exception>
    public void AddConstant<T>(string name, ReadOnlySpan<long> dimensions, ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        if (Count(name, dimensions) != elements.Length)
            throw new ArgumentException(
                $"Constant '{name}' has {elements.Length} elements; its shape [{string.Join(", ", dimensions.ToArray())}] has {Count(name, dimensions)}.",
                nameof(elements));
        StartConstant<T>(name, dimensions);
        Write(MemoryMarshal.AsBytes(elements));
    }

    /// <summary>Adds a constant that is made while it is written.</summary>
    /// <typeparam name="T">Type of its elements.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">Its shape; none for a scalar.</param>
    /// <param name="fill">Called with one piece after the other, row-major; writes every element of it.</param>
    /// <exception cref="ArgumentException">A dimension is negative, or the elements' type is none of a tensor's.</exception>
    /// <exception cref="InvalidOperationException">The model would be longer than 2 GiB.</exception>
    public unsafe void AddConstant<T>(string name, ReadOnlySpan<long> dimensions, Action<Span<T>> fill)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(fill);
        StartConstant<T>(name, dimensions);
        var piece = new T[PieceBytes / sizeof(T)];
        for (var left = Count(name, dimensions); left > 0; left -= piece.Length)
        {
            var part = piece.AsSpan(0, (int)Math.Min(left, piece.Length));
            fill(part);
            Write(MemoryMarshal.AsBytes(part));
        }
    }

    private static long Count(string name, ReadOnlySpan<long> dimensions)
    {
        var count = 1L;
        foreach (var dimension in dimensions)
        {
            if (dimension < 0)
                throw new ArgumentException($"Constant '{name}' has a dimension of {dimension}; a constant's shape is known.", nameof(dimensions));
            count = checked(count * dimension);
        }
        return count;
    }

    private static WireMessage Describe(OnnxTensorInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        var shape = new WireMessage();
        foreach (var dimension in info.Dimensions)
            shape.Message(ShapeDimension, dimension < 0 ? new WireMessage() : new WireMessage().Number(DimensionValue, dimension));
        var tensor = new WireMessage().Number(TypeElement, (long)info.ElementType).Message(TypeShape, shape);
        return new WireMessage().Text(ValueName, info.Name).Message(ValueType, new WireMessage().Message(TypeTensor, tensor));
    }

    /// <summary>Everything of a constant before its elements: they are the last field of the innermost of three messages.</summary>
    private unsafe void StartConstant<T>(string name, ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var type = OnnxElementTypes.Of<T>();
        if (type == OnnxElementType.Undefined)
            throw new ArgumentException($"Constant '{name}' can't be made of {typeof(T).Name}: ONNX has no such type.", nameof(name));
        var bytes = checked(Count(name, dimensions) * sizeof(T));
        var tensor = new WireMessage();
        foreach (var dimension in dimensions)
            tensor.Number(TensorDimension, dimension);
        tensor.Number(TensorType, (long)type).Text(TensorName, name).Start(TensorRawData, bytes);
        var graph = new WireMessage().Start(GraphInitializer, tensor.Written.Length + bytes);
        var model = new WireMessage().Start(ModelGraph, graph.Written.Length + tensor.Written.Length + bytes);
        RequireRoom(bytes);
        Write(model.Written);
        Write(graph.Written);
        Write(tensor.Written);
    }

    private void Write(WireMessage graph) => Write(new WireMessage().Message(ModelGraph, graph).Written);

    private void Write(ReadOnlySpan<byte> bytes)
    {
        RequireRoom(bytes.Length);
        _destination.Write(bytes);
        _written += bytes.Length;
    }

    /// <summary>Readers take no longer messages; what is larger keeps its weights in other files.</summary>
    private void RequireRoom(long bytes)
    {
        if (_written + bytes > int.MaxValue)
            throw new InvalidOperationException("The model would be longer than 2 GiB, which no reader takes: use smaller weights, such as 8-bit ones.");
    }
}
