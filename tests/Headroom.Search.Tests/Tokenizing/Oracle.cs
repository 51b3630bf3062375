using System.Diagnostics;
using System.Text.Json;
using Headroom.Search.Tests.Samples;

namespace Headroom.Search.Tests.Tokenizing;

/// <summary>npm's @huggingface/tokenizers, run by node: an implementation that shares nothing with ours.</summary>
internal static class Oracle
{
    /// <summary>What it makes of texts.</summary>
    public static (int[][] Unigram, int[][] WordPiece, int[][] Cased) Encode(IReadOnlyList<string> texts)
    {
        using var folder = new TemporaryFolder();
        var units = texts.Select(t => t.Select(c => (int)c).ToArray()).ToArray();
        File.WriteAllText(
            folder["input.json"],
            JsonSerializer.Serialize(new { unigram = Path.Combine(Restored.UseLite, "vocab.json"), wordpiece = Vocabularies.WordPieces, texts = units }));
        var start = new ProcessStartInfo(
            "node", [Path.Combine(AppContext.BaseDirectory, "Tokenizing", "oracle.mjs"), Restored.Tokenizers, folder["input.json"], folder["output.json"]])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEnd();
        node.WaitForExit();
        Assert.True(node.ExitCode == 0, errors);
        using var output = JsonDocument.Parse(File.ReadAllText(folder["output.json"]));
        return (Ids("unigram"), Ids("wordpiece"), Ids("cased"));

        int[][] Ids(string name) => output.RootElement.GetProperty(name).Deserialize<int[][]>()!;
    }
}
