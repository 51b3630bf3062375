using Headroom.Bench.Cgroups;

namespace Headroom.Bench.Targets;

/// <summary>How a program under test is started.</summary>
/// <param name="Program">A path, or a name to be found on the PATH.</param>
/// <param name="Environment">All it gets besides PATH, HOME and LANG: what the caller's shell has set must not move the figures.</param>
internal sealed record ServerCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Starts it; it moves into the cgroup before its first instruction.</summary>
    /// <param name="folder">Its working directory.</param>
    public Process StartInside(MemoryCgroup cgroup, string folder)
    {
        string[] arguments = ["-c", "echo $$ > \"$0\" && exec \"$@\"", cgroup.ProcessesFile, Program, .. Arguments];
        var start = new ProcessStartInfo("/bin/sh", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "HOME" or "LANG")).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new BenchException("/bin/sh could not be started.");
    }
}
