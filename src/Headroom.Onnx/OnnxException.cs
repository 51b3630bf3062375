namespace Headroom.Onnx;

/// <summary>ONNX Runtime refused or failed a call.</summary>
/// <param name="code">The runtime's own code.</param>
/// <param name="subject">What the call was about: the model's name, or "environment".</param>
/// <param name="message">What the runtime said.</param>
public sealed class OnnxException(OnnxErrorCode code, string subject, string message)
    : Exception($"ONNX Runtime, {subject}: {message} ({code})")
{
    /// <summary>The runtime's own code.</summary>
    public OnnxErrorCode Code { get; } = code;

    /// <summary>What the call was about: the model's name, or "environment".</summary>
    public string Subject { get; } = subject;
}
