namespace Headroom.Planning;

/// <summary>One declared cost.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Name">What it is, for people.</param>
/// <param name="Size">Bytes that the kernel can't take back while it lives; mapped weights don't count.</param>
/// <param name="Reduce">What to change to make it smaller, naming the setting.</param>
public sealed record MemoryPlanTerm(MemoryPlanKind Kind, string Name, ByteSize Size, string Reduce);
