namespace Headroom.Measuring;

/// <summary>A named part of the working set.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Bytes">How much, from a source of its own: never «the rest».</param>
public readonly record struct MemoryPart(string Name, long Bytes);
