namespace Headroom.Onnx;

/// <summary>A model whose graph was optimised for this processor and whose weights lie, packed for its kernels, in a file to map.</summary>
/// <param name="Name">The source's name.</param>
/// <param name="ModelPath">The graph file; its weights lie beside it.</param>
/// <param name="MappedBytes">Size of the weights' file: the most that mapping can add to the page cache. 0 for a model of small weights only.</param>
/// <param name="WasPrepared">Whether it was prepared now rather than found.</param>
/// <param name="Replaced">What was wrong with the prepared form that it replaces; null when it replaces none.</param>
public sealed record PreparedModel(string Name, string ModelPath, long MappedBytes, bool WasPrepared, string? Replaced);
