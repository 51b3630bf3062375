using System.Diagnostics;
using Headroom.EndToEnd.Running;

namespace Headroom.EndToEnd.Kernels;

/// <summary>
/// The kernel that platforms run has cgroup v2; where the tests run it may be v1. So these start a machine with a kernel of its own.
/// HEADROOM_TEST_CGROUP_V2=long runs in it, too, what hostile clients send, against the real server: about an hour where it is emulated.
/// </summary>
public sealed class CgroupV2MachineTests
{
    [Fact]
    public async Task What_holds_under_cgroup_v1_holds_under_v2()
    {
        await RunAsync(900, Built.CgroupV2, "-noColor");
        if (Environment.GetEnvironmentVariable("HEADROOM_TEST_CGROUP_V2") == "long")
            await RunAsync(7200, Environment.ProcessPath!, "-noColor", "-class", "*Faces.HostilePhotoTests", "-class", "*Search.HostileSearchTests");
    }

    private static async Task RunAsync(int seconds, params string[] command)
    {
        NeededProgram.Machine.PathOrSkip();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "The machine needs root.");
        string[] arguments = ["-t", $"{seconds}", "/usr/bin/env", "HEADROOM_TEST_PATIENCE=20", .. command];
        var start = new ProcessStartInfo(Path.Join(Built.Tools, "cgroup-v2", "run"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var machine = Process.Start(start)!;
        var errors = machine.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await machine.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await machine.WaitForExitAsync(TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(output);
        Assert.True(machine.ExitCode == 0, $"{machine.ExitCode}: {output}\n{await errors}");
        Assert.Contains("Failed: 0, Skipped: 0, Not Run: 0", output, StringComparison.Ordinal);
    }
}
