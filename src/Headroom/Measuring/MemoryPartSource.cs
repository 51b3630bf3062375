namespace Headroom.Measuring;

/// <summary>A part of the memory that a service counts itself, beside those that <see cref="MemoryBreakdown"/> finds.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Bytes">Counts it, in bytes; nothing that another part has already.</param>
public sealed record MemoryPartSource(string Name, Func<long> Bytes);
