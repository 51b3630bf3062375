using System.Runtime.InteropServices;
using Headroom.Bench.Cgroups;

namespace Headroom.Bench.Reports;

/// <summary>On what, with what and by what command a report was made.</summary>
/// <param name="Commit">With «+ changes» when the working copy differed; «unknown» outside a git repository.</param>
/// <param name="MemoryMebibytes">Of the whole machine.</param>
internal sealed record MachineFacts(
    DateTimeOffset At, string Command, string Commit, string Processor, int Cores, long MemoryMebibytes, string Kernel,
    int CgroupVersion, string DotNet, string Node)
{
    /// <param name="arguments">Of this run.</param>
    public static async Task<MachineFacts> CollectAsync(
        Repository repository, TimeProvider clock, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var commit = await AskAsync("git", ["-C", repository.Root, "rev-parse", "--short=12", "HEAD"], cancellationToken);
        var changes = commit is null
            ? null
            : await AskAsync("git", ["--no-optional-locks", "-C", repository.Root, "status", "--porcelain"], cancellationToken);
        return new MachineFacts(
            clock.GetUtcNow(),
            AsTyped(repository, arguments),
            $"{commit ?? "unknown"}{(string.IsNullOrEmpty(changes) ? "" : " + changes")}",
            Line("/proc/cpuinfo", "model name") ?? $"{RuntimeInformation.OSArchitecture}",
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1048576,
            Environment.OSVersion.Version.ToString(),
            MemoryController.Find(out _),
            RuntimeInformation.FrameworkDescription,
            await AskAsync("node", ["--version"], cancellationToken) ?? "none");
    }

    /// <summary>The command as one would type it at the repository's root.</summary>
    private static string AsTyped(Repository repository, IReadOnlyList<string> arguments) => string.Join(' ', arguments
        .Select(argument => argument.Replace(repository.Root + "/", "", StringComparison.Ordinal))
        .Select(argument => argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument)
        .Prepend("dotnet run -c Release --project bench/Headroom.Bench --"));

    private static string? Line(string file, string key) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim();

    /// <summary>What a program prints; null where it is missing or fails.</summary>
    private static async Task<string?> AskAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var complaint = process.StandardError.ReadToEndAsync(cancellationToken);
            var answer = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await complaint;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? answer.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
