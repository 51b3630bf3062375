using System.Diagnostics;

namespace Headroom.Blobs.Tests;

/// <summary>A disk that is quickly full: a tmpfs of its own, mounted by root and unmounted when disposed.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk(int kilobytes) => Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", _folder.Path);

    public string Path => _folder.Path;

    public static SmallDisk CreateOrSkip(int kilobytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root on Linux may mount the small disk that this test fills.");
        return new SmallDisk(kilobytes);
    }

    public void Dispose()
    {
        Run("umount", _folder.Path);
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
