namespace Headroom.Uploads.Format;

/// <summary>A stretch of a file's plaintext.</summary>
/// <param name="Offset">Of its first byte, from 0.</param>
/// <param name="Length">In bytes.</param>
public readonly record struct PlaintextRange(long Offset, long Length);
