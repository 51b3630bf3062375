namespace Headroom.Assets;

/// <summary>The restore can't go on; the message says what is wrong and what to do.</summary>
internal sealed class AssetException(string message) : Exception(message);
