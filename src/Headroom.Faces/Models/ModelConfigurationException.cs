namespace Headroom.Faces.Models;

/// <summary>A configured model does not exist or does not fit its role; the message says what to change.</summary>
public sealed class ModelConfigurationException(string message, Exception? cause = null) : Exception(message, cause);
