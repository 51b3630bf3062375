namespace Headroom.Onnx;

/// <summary>A model as it was published.</summary>
/// <param name="Name">Short name; becomes part of a folder's name: letters, digits, '.', '_' and '-'.</param>
/// <param name="Path">The .onnx file. It need not exist where a prepared form does.</param>
/// <param name="Sha256">Hash that the file must have, 64 hexadecimal digits. Weights that the file keeps in another one are not covered.</param>
public sealed record ModelSource(string Name, string Path, string Sha256);
