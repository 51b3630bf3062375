using System.Text;
using System.Text.Json;

namespace Headroom.Bench.Reports;

/// <summary>Everything one run measured.</summary>
internal sealed record Report(MachineFacts Machine, IReadOnlyList<Section> Sections)
{
    /// <summary>Writes the report as Markdown and as JSON.</summary>
    /// <returns>The Markdown file's path.</returns>
    public async Task<string> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{string.Join('-', Sections.Select(section => section.Name))}-{Machine.At:yyyyMMdd-HHmmss}");
        var path = Path.Join(Directory.CreateDirectory(folder).FullName, name);
        await File.WriteAllTextAsync($"{path}.md", Markdown(), cancellationToken);
        var data = new { Machine, Scenarios = Sections.ToDictionary(section => section.Name, section => section.Data) };
        await File.WriteAllTextAsync($"{path}.json", JsonSerializer.Serialize(data, BenchJson.Readable) + "\n", cancellationToken);
        return $"{path}.md";
    }

    public string Markdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # {string.Join(", ", Sections.Select(section => section.Name))}
            `{Machine.Command}`

            {Machine.At:yyyy-MM-dd HH:mm} UTC · commit {Machine.Commit} · {Machine.Cores} cores ({Machine.Processor}), {Machine.MemoryMebibytes} MiB · Linux {Machine.Kernel}, memory cgroup v{Machine.CgroupVersion} · {Machine.DotNet} · Node {Machine.Node}

            """);
        foreach (var section in Sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {section.Name}\n{section.Notes}\n\n");
            AppendRow(text, section.Columns);
            AppendRow(text, section.Columns.Select(_ => "---"));
            foreach (var row in section.Rows)
                AppendRow(text, row);
        }
        return text.ToString();
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
