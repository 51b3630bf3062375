namespace Headroom.Architecture.Tests;

public sealed class ArchitectureTests
{
    public static TheoryData<string> Projects => [.. SourceTree.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Arrows_between_projects_point_down_only(string project)
    {
        using var module = SourceTree.Read(project);

        Assert.Empty(Arrows.Wrong(project, module.AssemblyReferences.Select(r => r.Name)));
    }

    [Fact]
    public void A_turned_arrow_is_wrong() =>
        Assert.Equal(["Headroom.Vectors → Headroom.Faces"], Arrows.Wrong("Headroom.Vectors", ["System.Runtime", "Headroom", "Headroom.Faces"]));

    [Fact]
    public void A_project_without_a_row_is_wrong() => Assert.Single(Arrows.Wrong("Headroom.Unknown", []));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_of_a_project_have_no_cycle(string project)
    {
        using var module = SourceTree.Read(project);
        var folders = TypeFolders.Of(SourceTree.Files(project).Select(f => (SourceTree.FolderOf(project, f), File.ReadAllText(f))));

        var cycle = FolderGraph.Of(module, folders).FindCycle();

        Assert.True(cycle is null, $"{project}: {string.Join(", ", cycle ?? [])}");
    }

    [Fact]
    public void A_cycle_of_folders_is_found()
    {
        using var module = Mono.Cecil.ModuleDefinition.ReadModule(typeof(ArchitectureTests).Assembly.Location);
        const string space = "namespace Headroom.Architecture.Tests.Samples;\n";
        var folders = TypeFolders.Of([("East", space + "internal static class Sunrise"), ("West", space + "internal static class Sunset")]);

        var cycle = FolderGraph.Of(module, folders).FindCycle();

        Assert.Equal(["East → West (Sunrise uses Sunset)", "West → East (Sunset uses Sunrise)"], cycle);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_namespace_is_its_folder_or_the_projects_own(string project)
    {
        foreach (var file in SourceTree.Files(project))
        {
            if (TypeFolders.Namespace(File.ReadAllText(file)) is not { } space || space == project)
                continue;
            Assert.Equal((file, $"{project}.{SourceTree.FolderOf(project, file)}"), (file, space));
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Lines_stay_under_160_characters(string project)
    {
        Assert.Empty(SourceTree.Files(project).SelectMany(LongLines));

        static IEnumerable<string> LongLines(string file)
        {
            // SQL and JSON in raw strings are broken where they read best.
            var isRaw = false;
            var number = 0;
            foreach (var line in File.ReadLines(file))
            {
                number++;
                if (line.Length > 160 && !isRaw)
                    yield return $"{Path.GetFileName(file)}:{number}";
                isRaw ^= line.Split("\"\"\"").Length % 2 == 0;
            }
        }
    }
}
