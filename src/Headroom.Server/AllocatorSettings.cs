using System.Runtime.InteropServices;

namespace Headroom.Server;

/// <summary>
/// glibc gives every thread an arena of its own, up to eight a core, and each keeps tens of megabytes of holes. How
/// many there may be is read from the environment when a process starts, and by the time Main runs the runtime's own
/// threads have made half a dozen: so the program replaces itself, once, with the variable set. Same process id, same
/// arguments, some 50 ms; a platform that sets MALLOC_ARENA_MAX itself saves them.
/// </summary>
internal static partial class AllocatorSettings
{
    private const string Variable = "MALLOC_ARENA_MAX";

    /// <summary>Starts over with the setting, or returns when it is there already or can't be made.</summary>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Variable) is not null)
            return;
        try
        {
            var arguments = File.ReadAllText("/proc/self/cmdline").Split('\0')[..^1];
            // .NET keeps a copy of the environment; the new program sees the C library's.
            if (setenv(Variable, "2", overwrite: 1) == 0)
                _ = execv("/proc/self/exe", [.. arguments, null]);
        }
        catch (IOException)
        {
            // Without /proc it runs as it is, with some more memory.
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execv(string path, string?[] arguments);
}
