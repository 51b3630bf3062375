namespace Headroom.Bench.Targets;

/// <summary>How a server's program is started.</summary>
/// <param name="Program">A path, or a name to be found on the PATH.</param>
/// <param name="Environment">All it gets besides PATH, HOME and LANG: what the caller's shell has set must not move the figures.</param>
public sealed record ServerCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment);
