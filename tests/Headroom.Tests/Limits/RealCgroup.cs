using System.Diagnostics;
using Headroom.Limits;

namespace Headroom.Tests.Limits;

/// <summary>A cgroup with a memory limit that the kernel enforces; made as root, removed when disposed.</summary>
internal sealed class RealCgroup : IDisposable
{
    private readonly CgroupVersion _version;

    private RealCgroup(CgroupVersion version, string directory, ByteSize limit)
    {
        (_version, Directory) = (version, directory);
        System.IO.Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Join(directory, LimitFile), $"{limit.Bytes}");
    }

    public string Directory { get; }

    public string LimitFile => _version == CgroupVersion.V1 ? "memory.limit_in_bytes" : "memory.max";

    /// <summary>Makes one at the top of the machine's memory hierarchy, or skips the test and says why.</summary>
    public static RealCgroup CreateOrSkip(ByteSize limit)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Control groups exist on Linux only.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may make a control group: run the tests as root to include this one.");
        var own = Cgroup.Find();
        Assert.SkipWhen(own is null, "This machine shows no memory control group to make another one in.");
        // v2's root has no memory files, so the last one found is a child of it; v1's root has them.
        var last = own!.Directories[^1];
        var top = own.Version == CgroupVersion.V1 ? last : Path.GetDirectoryName(last)!;
        try
        {
            return new RealCgroup(own.Version, Path.Join(top, $"headroom-tests-{Environment.ProcessId}-{Guid.NewGuid():N}"), limit);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Assert.Skip($"Root as it is in this container may not make a control group below {top}: {problem.Message}");
            throw;
        }
    }

    public RealCgroup CreateChild(ByteSize limit)
    {
        if (_version == CgroupVersion.V2)
            File.WriteAllText(Path.Join(Directory, "cgroup.subtree_control"), "+memory");
        return new RealCgroup(_version, Path.Join(Directory, "child"), limit);
    }

    /// <summary>Starts the probe as a member of this cgroup and returns what it printed.</summary>
    /// <param name="scenario">What it is to do, and with what.</param>
    public async Task<IReadOnlyDictionary<string, string>> RunProbeAsync(params string[] scenario)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "-c",
            "echo $$ > \"$0/cgroup.procs\" && exec dotnet \"$@\"",
            Directory,
            Path.Join(AppContext.BaseDirectory, "Headroom.LimitProbe.dll"),
            .. scenario,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"The probe ended with {process.ExitCode}: {await errors}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
    }

    public void Dispose()
    {
        // The kernel lets go of a process that ended a moment later.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                System.IO.Directory.Delete(Directory);
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                Thread.Sleep(20);
            }
        }
    }
}
