namespace Headroom.Onnx;

/// <summary>ONNX Runtime's native library is missing, can't be loaded on this machine, or is of a wrong version.</summary>
/// <param name="path">Where the library was looked for.</param>
/// <param name="reason">What is wrong and what to do, as a clause.</param>
/// <param name="inner">What the system reported, if it did.</param>
public sealed class OnnxLibraryException(string path, string reason, Exception? inner = null)
    : Exception($"ONNX Runtime can't be used from '{path}': {reason}.", inner)
{
    /// <summary>Where the library was looked for.</summary>
    public string Path { get; } = path;
}
