using System.Runtime.InteropServices;

namespace Headroom.Bench.Programs;

/// <summary>
/// A copy of the .NET runtime that only servers under test run. The bench and every other .NET program on the machine keep
/// the shared runtime's pages mapped; such pages survive a drop of the page cache and would never be charged to the server.
/// </summary>
internal sealed class PrivateRuntime
{
    private PrivateRuntime(string location) => Location = location;

    /// <summary>For DOTNET_ROOT.</summary>
    public string Location { get; }

    /// <summary>What a part of the bench gets that runs inside the limit as the server does: the server starts itself over for malloc's arenas.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string> { ["DOTNET_ROOT"] = Location, ["MALLOC_ARENA_MAX"] = "2" };

    /// <summary>Copies the runtime this program runs on, with ASP.NET Core of the same version, unless an earlier run did.</summary>
    public static PrivateRuntime Prepare(Repository repository)
    {
        var runtime = RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/');
        var version = Path.GetFileName(runtime);
        var shared = Path.Join(runtime, "..", "..");
        var to = Path.Join(repository.Artifacts, $"dotnet-{version}");
        if (!Directory.Exists(to))
        {
            var draft = Directory.CreateDirectory($"{to}.{Environment.ProcessId}").FullName;
            foreach (var part in (string[])["shared/Microsoft.NETCore.App", "shared/Microsoft.AspNetCore.App", "host/fxr"])
                Copy(Path.Join(shared, "..", part, version), Path.Join(draft, part, version));
            Directory.Move(draft, to);
        }
        return new PrivateRuntime(to);
    }

    private static void Copy(string from, string to)
    {
        if (!Directory.Exists(from))
            throw new BenchException($"{Path.GetFullPath(from)} is missing: install the ASP.NET Core runtime of the version that runs the bench.");
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Join(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
