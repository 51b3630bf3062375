namespace Headroom.Onnx;

/// <summary>An input or an output as the model declares it.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="ElementType">Type of its elements.</param>
/// <param name="Dimensions">Its dimensions; −1 for one that each run chooses.</param>
public sealed record OnnxTensorInfo(string Name, OnnxElementType ElementType, IReadOnlyList<long> Dimensions)
{
    /// <summary>Whether every dimension is known before a run.</summary>
    public bool IsStatic => Dimensions.All(d => d >= 0);

    /// <summary>The declaration as text, such as <c>data: Float [1, 3, ?, ?]</c>.</summary>
    public override string ToString() => $"{Name}: {ElementType} [{string.Join(", ", Dimensions.Select(d => d < 0 ? "?" : $"{d}"))}]";
}
