using System.Diagnostics;

namespace Headroom.TestSupport;

/// <summary>
/// A program that some tests start and README does not ask for. Who lacks it skips those tests and reads how to get it;
/// with CI=true its absence is an error, so that the gate skips nothing.
/// </summary>
public sealed class NeededProgram
{
    private readonly string _package;
    private readonly Lazy<string?> _path;

    /// <param name="name">How people call it.</param>
    /// <param name="package">Debian's package that has it.</param>
    /// <param name="find">Returns its path, or null when it is missing; by default the PATH is searched for <paramref name="name"/>.</param>
    public NeededProgram(string name, string package, Func<string?>? find = null)
    {
        (Name, _package) = (name, package);
        _path = new Lazy<string?>(find ?? (() => OnPath(name)));
    }

    /// <summary>Prometheus's own judge of metrics, rules and configuration.</summary>
    public static NeededProgram Promtool { get; } = new("promtool", "prometheus");

    /// <summary>Shows what a process asks of the kernel.</summary>
    public static NeededProgram Strace { get; } = new("strace", "strace");

    /// <summary>A client of S3 that is not ours.</summary>
    public static NeededProgram S3cmd { get; } = new("s3cmd", "s3cmd");

    /// <summary>The interpreter that has OpenStack Swift, a server of S3: Debian's own, whatever the PATH says.</summary>
    public static NeededProgram Swift { get; } = new("OpenStack Swift", "python3-swift", FindSwift);

    /// <summary>The virtual machine of <c>tools/cgroup-v2</c>.</summary>
    public static NeededProgram Machine { get; } = new("qemu-system-x86_64", "qemu-system-x86 busybox-static cpio e2fsprogs kmod");

    public string Name { get; }

    /// <summary>Whether it is here; in CI this throws when it is not.</summary>
    public bool IsHere => IsHereIn(Environment.GetEnvironmentVariable("CI"));

    /// <summary>Its path, or the end of this test: skipped, in CI failed.</summary>
    public string PathOrSkip() => PathOrSkip(Environment.GetEnvironmentVariable("CI"));

    /// <inheritdoc cref="PathOrSkip()"/>
    /// <param name="ci">What the environment says in CI.</param>
    public string PathOrSkip(string? ci)
    {
        Assert.SkipUnless(IsHereIn(ci), HowToGetIt);
        return _path.Value!;
    }

    private string HowToGetIt => $"{Name} is missing: apt-get install --no-install-recommends {_package}";

    private bool IsHereIn(string? ci)
    {
        var isMissing = _path.Value is null;
        Assert.False(isMissing && string.Equals(ci, "true", StringComparison.OrdinalIgnoreCase), $"{HowToGetIt}. With CI=true no test is skipped for it.");
        return !isMissing;
    }

    private static string? OnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Join(folder, name))
            .FirstOrDefault(File.Exists);

    private static string? FindSwift()
    {
        const string python = "/usr/bin/python3";
        if (!File.Exists(python))
            return null;
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import swift"]) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? python : null;
    }
}
