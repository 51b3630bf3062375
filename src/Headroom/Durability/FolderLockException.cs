namespace Headroom.Durability;

/// <summary>A folder is another process's; the message names it and says what to do.</summary>
/// <param name="message">What happened and what to do.</param>
public sealed class FolderLockException(string message) : Exception(message);
