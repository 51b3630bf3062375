using System.Reflection;
using Mono.Cecil;

namespace Headroom.Architecture.Tests;

/// <summary>The projects under src/, as files and as what was built of them.</summary>
internal static class SourceTree
{
    public static string Root { get; } = typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Source").Value!;

    /// <summary>The names of all projects, <c>Headroom.Vectors</c> for example.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Select(p => Path.GetFileNameWithoutExtension(p)!)
            .Order(StringComparer.Ordinal)];

    /// <summary>What was built of a project.</summary>
    public static ModuleDefinition Read(string project) => ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, project + ".dll"));

    /// <summary>The source files of a project, without what the build makes.</summary>
    public static IEnumerable<string> Files(string project)
    {
        var folder = Path.Combine(Root, project);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(folder, f).Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin"));
    }

    /// <summary>The folder of a source file inside its project, with dots between its parts; empty for the project's root.</summary>
    public static string FolderOf(string project, string file) =>
        Path.GetRelativePath(Path.Combine(Root, project), Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.').TrimStart('.');
}
