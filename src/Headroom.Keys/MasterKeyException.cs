namespace Headroom.Keys;

/// <summary>The master keys can't be used as they are configured. The message says what to do and holds no key.</summary>
/// <param name="message">What is wrong and what to do.</param>
public sealed class MasterKeyException(string message) : Exception(message);
