namespace Headroom.Residents;

/// <summary>A model could not be loaded; it is tried again later.</summary>
public sealed class ModelUnavailableException(string model, Exception cause)
    : Exception($"The model '{model}' could not be loaded: {cause.Message}", cause)
{
    /// <summary>The model's name.</summary>
    public string Model => model;
}
