using System.CommandLine;
using System.Runtime.CompilerServices;
using Headroom.Bench;

namespace Headroom.Server.Commands;

/// <summary><c>headroom bench</c>: measures this program, and peers, in a real cgroup.</summary>
internal static class BenchVerb
{
    private const string Name = "bench";
    private const string Description = "Measure servers in a memory cgroup with a limit. Needs root and a checkout.";

    /// <summary>With its own verbs only when it is what was asked for: nothing else needs the assembly.</summary>
    public static Command Create(string[] arguments) => arguments[0] == Name ? CreateWhole() : new Command(Name, Description);

    // Inlined it would load the assembly with its caller.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Command CreateWhole() => BenchCommand.Create(Name, Description);
}
