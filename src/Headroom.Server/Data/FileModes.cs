using System.Runtime.InteropServices;

namespace Headroom.Server.Data;

/// <summary>
/// Who may read the program's files: their owner alone. Templates of faces, texts and keys are in them. Windows has no
/// such modes; nothing happens there.
/// </summary>
internal static partial class FileModes
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>From here on this process, and those it starts, make files and folders that are their owner's alone: 0600 and 0700.</summary>
    /// <returns>What was so before, for <see cref="Restore"/>.</returns>
    public static int KeepPrivate() => OperatingSystem.IsWindows() ? 0 : UMask((int)Others);

    /// <summary>For files that are part of the program and no data: whoever runs it has to be able to read them.</summary>
    public static void Restore(int mask)
    {
        if (!OperatingSystem.IsWindows())
            _ = UMask(mask);
    }

    /// <summary>
    /// Takes a folder, and what an earlier version of the program made in it, away from others. A folder that is
    /// private already is not looked into: nobody else comes to what is in it.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="left">
    /// A file in it that is left as it is: one that the program itself never opened to others. If others could read it,
    /// its reader has more to say than that they can't any more.
    /// </param>
    /// <returns>What could not be changed, and why; the folder itself is often a mount point, whose mode is the platform's.</returns>
    public static IReadOnlyList<string> Tighten(string folder, string left)
    {
        if (OperatingSystem.IsWindows())
            return [];
        var failures = new List<string>();
        // First: everything below is safe from then on.
        Tighten(new DirectoryInfo(folder), failures);
        Below(folder, Path.Combine(folder, left), failures);
        return failures;
    }

    private static void Below(string folder, string left, List<string> failures)
    {
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(e => e.LinkTarget is null && e.FullName != left))
            {
                // Its own mode last: who is interrupted looks into it again.
                if (entry is DirectoryInfo && IsOpen(entry))
                    Below(entry.FullName, left, failures);
                Tighten(entry, failures);
            }
        }
        catch (UnauthorizedAccessException problem)
        {
            failures.Add($"'{folder}': {problem.Message}");
        }
    }

    private static bool IsOpen(FileSystemInfo entry) => (entry.UnixFileMode & Others) != UnixFileMode.None;

    private static void Tighten(FileSystemInfo entry, List<string> failures)
    {
        if (!IsOpen(entry))
            return;
        var mode = entry.UnixFileMode;
        try
        {
#pragma warning disable CA1416 // Not called on Windows.
            entry.UnixFileMode = mode & ~Others;
#pragma warning restore CA1416
        }
        catch (FileNotFoundException)
        {
            // Another command removed it meanwhile.
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            failures.Add($"'{entry.FullName}' (mode {Convert.ToString((int)mode, 8)}): {problem.Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UMask(int mask);
}
