using System.ComponentModel;
using System.Diagnostics;

namespace Headroom.Onnx;

/// <summary>Runs the preparing process to its end, or kills it.</summary>
internal static class PreparationProcess
{
    private const int TailChars = 2000;

    /// <summary>Runs <paramref name="command"/> with the source and the folder appended.</summary>
    /// <exception cref="PreparationException">It could not be started, failed, or took too long.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the process is gone.</exception>
    public static async Task RunAsync(PreparationCommand command, ModelSource source, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = Start(command, source, folder);
        var errors = ReadTailAsync(process.StandardError);
        var output = ReadTailAsync(process.StandardOutput);
        using var timeout = new CancellationTokenSource(command.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new PreparationException(
                PreparationFailure.TimedOut,
                source.Name,
                $"the preparing process took longer than {command.Timeout} and was killed. {await EndAsync(process, errors, output).ConfigureAwait(false)}");
        }
        finally
        {
            await EndAsync(process, errors, output).ConfigureAwait(false);
        }
        if (process.ExitCode != 0)
            throw new PreparationException(
                PreparationFailure.ProcessFailed,
                source.Name,
                $"the preparing process ended with code {process.ExitCode}{Meaning(process.ExitCode)}. {await errors.ConfigureAwait(false)}");
    }

    private static Process Start(PreparationCommand command, ModelSource source, string folder)
    {
        var start = new ProcessStartInfo(command.FileName)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in command.Arguments.Append(source.Path).Append(folder))
            start.ArgumentList.Add(argument);
        try
        {
            var process = Process.Start(start)!;
            LetItBeKilledFirst(process);
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception e)
        {
            throw new PreparationException(PreparationFailure.NotStarted, source.Name, $"'{command.FileName}' could not be started: {e.Message}.", e);
        }
    }

    /// <summary>
    /// Whatever a model makes of the memory while it is prepared: the kernel ends this process for it, and not its parent
    /// (proc(5), oom_score_adj).
    /// </summary>
    private static void LetItBeKilledFirst(Process process)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            File.WriteAllText($"/proc/{process.Id}/oom_score_adj", "1000");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended already, or /proc is read-only here.
        }
    }

    /// <summary>Kills the process and its children if they still live, and gives the end of what it said on standard error.</summary>
    private static async Task<string> EndAsync(Process process, Task<string> errors, Task<string> output)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        await output.ConfigureAwait(false);
        return await errors.ConfigureAwait(false);
    }

    private static string Meaning(int exitCode) => exitCode == 128 + 9 ? " (killed, most likely for want of memory)" : "";

    /// <summary>Reads to the end and keeps only the last characters, so that a talkative process costs nothing.</summary>
    private static async Task<string> ReadTailAsync(StreamReader reader)
    {
        var kept = new char[2 * TailChars];
        var length = 0;
        while (await reader.ReadAsync(kept.AsMemory(length)).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
            if (length <= TailChars)
                continue;
            kept.AsSpan(length - TailChars, TailChars).CopyTo(kept);
            length = TailChars;
        }
        return length == 0 ? "It said nothing." : $"It said: {new string(kept, 0, length).Trim()}";
    }
}
