using Headroom.Bench.Programs;

namespace Headroom.Bench.Tests.Commands;

public sealed class ProgramTests
{
    private static readonly string[] Verbs =
        [
            "clock", "start", "idle", "all", "overload", "lower-limit", "leak", "large-models",
            "soak", "together", "vectors", "webhook", "uploads", "sts", "embed", "pairs",
        ];

    [Fact]
    public async Task The_help_names_the_scenarios_and_nothing_that_the_bench_starts_for_itself()
    {
        var (_, help, _) = await RunAsync(BuiltProgram.Bench(), "--help");
        Assert.All(Verbs, verb => Assert.Contains($"  {verb} ", help, StringComparison.Ordinal));
        Assert.DoesNotContain("host-models", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_carries_nothing_of_the_bench()
    {
        var carried = await File.ReadAllTextAsync(Path.Join(Built.Server.Folder, "Headroom.Server.deps.json"));
        Assert.Contains("Headroom.Search", carried, StringComparison.Ordinal);
        Assert.DoesNotContain("Headroom.Bench", carried, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench clock --clients 1,64 --limit 512", "--project bench/Headroom.Bench -- clock --clients 1,64 --limit 512")]
    [InlineData("bench", "--project bench/Headroom.Bench -- --help")]
    public async Task Who_types_the_old_verb_is_told_the_new_command(string typed, string told)
    {
        var (code, _, complaint) = await RunAsync(Built.Server, typed.Split(' '));
        Assert.Equal(1, code);
        Assert.EndsWith(told, complaint.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_sentence()
    {
        var (code, _, complaint) = await RunAsync(BuiltProgram.Bench(), "embed", "--server", "/nowhere/headroom");
        Assert.Equal(1, code);
        Assert.StartsWith("There is no program at /nowhere/headroom: run ", complaint, StringComparison.Ordinal);
        Assert.Single(complaint.Trim().Split('\n'));
    }

    private static async Task<(int Code, string Output, string Complaint)> RunAsync(BuiltProgram program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program.Location, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var complaint = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await complaint);
    }
}
