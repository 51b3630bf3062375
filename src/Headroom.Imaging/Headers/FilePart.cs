namespace Headroom.Imaging.Headers;

/// <summary>One piece of what a codec reads: a range of the file, or bytes of our own.</summary>
/// <param name="Offset">Where the range begins in the file; 0 for bytes of our own.</param>
/// <param name="Length">Bytes; at least 1.</param>
/// <param name="Own">The bytes, or null for a range of the file.</param>
internal readonly record struct FilePart(long Offset, long Length, byte[]? Own);
