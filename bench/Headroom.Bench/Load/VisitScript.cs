namespace Headroom.Bench.Load;

/// <summary>What one client sends. The bytes are shared by all clients that send the same.</summary>
/// <param name="Kind">What it is a script of.</param>
/// <param name="Pieces">Head and body, in order.</param>
/// <param name="Pause">Between two pieces.</param>
internal sealed record VisitScript(VisitKind Kind, IReadOnlyList<ReadOnlyMemory<byte>> Pieces, TimeSpan Pause = default);
