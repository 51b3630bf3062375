using System.CommandLine;

namespace Headroom.Bench;

/// <summary>Whom a scenario measures, under which limits.</summary>
/// <param name="targets">By default.</param>
/// <param name="limits">By default, in MiB.</param>
internal sealed class SubjectOptions(string[] targets, int[] limits)
{
    public Option<string[]> Targets { get; } = BenchOptions.Separated("--targets", "What to measure: headroom, usual, tuned, gated.", targets);

    public Option<int[]> Limits { get; } = new("--limit") { Description = "Memory limit in MiB; may be repeated.", DefaultValueFactory = _ => limits };
}
