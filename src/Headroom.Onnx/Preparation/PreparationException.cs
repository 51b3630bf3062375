namespace Headroom.Onnx;

/// <summary>A model could not be prepared.</summary>
/// <param name="failure">Why, for a program.</param>
/// <param name="model">Name of the model.</param>
/// <param name="reason">Why and what to do, for people.</param>
/// <param name="inner">What the system reported, if it did.</param>
public sealed class PreparationException(PreparationFailure failure, string model, string reason, Exception? inner = null)
    : Exception($"Model '{model}' could not be prepared: {reason}", inner)
{
    /// <summary>Why.</summary>
    public PreparationFailure Failure { get; } = failure;

    /// <summary>Name of the model.</summary>
    public string Model { get; } = model;
}
