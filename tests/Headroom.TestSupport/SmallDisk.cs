using System.Diagnostics;

namespace Headroom.TestSupport;

/// <summary>A disk that is quickly full: a tmpfs of its own, mounted by root and unmounted when disposed.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk(int kilobytes)
    {
        try
        {
            Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", _folder.Path);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public string Path => _folder.Path;

    /// <param name="kilobytes">What fits on it, in units of 1,024 bytes.</param>
    public static SmallDisk CreateOrSkip(int kilobytes)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            "Only root on Linux may mount the small disk that this test fills: run the tests as root to include this one.");
        return new SmallDisk(kilobytes);
    }

    public void Dispose()
    {
        // A program that was killed may hold it for a moment still.
        Run("umount", "--lazy", _folder.Path);
        _folder.Dispose();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.SkipUnless(process.ExitCode == 0, $"Root as it is in this container may not {program}: {errors}");
    }
}
