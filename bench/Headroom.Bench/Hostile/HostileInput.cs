namespace Headroom.Bench.Hostile;

/// <summary>Something small that costs much, as a request.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Path">Where it is sent, by POST.</param>
/// <param name="ContentType">Of its body.</param>
/// <param name="Body">Its body.</param>
internal sealed record HostileInput(string Name, string Path, string ContentType, byte[] Body);
