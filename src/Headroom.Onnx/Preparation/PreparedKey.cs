namespace Headroom.Onnx;

/// <summary>What a prepared model depends on.</summary>
/// <param name="SourceSha256">Hash of the model file, lower case.</param>
/// <param name="RuntimeVersion">Version of ONNX Runtime.</param>
/// <param name="Cpu">What <see cref="CpuFeatures.Describe"/> says.</param>
internal readonly record struct PreparedKey(string SourceSha256, string RuntimeVersion, string Cpu);
