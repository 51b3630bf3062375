namespace Headroom.Bench.Cgroups;

/// <summary>A memory cgroup made for one server, with a limit and no swap. Disposing it kills what still runs inside.</summary>
internal abstract class MemoryCgroup : IAsyncDisposable
{
    private protected MemoryCgroup(string directory) => Location = directory;

    /// <summary>1 or 2.</summary>
    public abstract int Version { get; }

    /// <summary>A process writes its own id here to move in.</summary>
    public string ProcessesFile => Path.Join(Location, "cgroup.procs");

    private protected string Location { get; }

    /// <summary>Says at once what would go wrong later.</summary>
    /// <exception cref="BenchException">Not root.</exception>
    public static void RequirePrivilege()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new BenchException("A memory limit can only be set as root: run this with sudo, or as root in a privileged container.");
    }

    /// <summary>Makes a cgroup under the memory controller of this machine, v1 where that is mounted, else v2.</summary>
    /// <param name="limit">In bytes.</param>
    /// <exception cref="BenchException">No memory controller, or the controller is not delegated.</exception>
    public static MemoryCgroup Create(long limit)
    {
        var version = MemoryController.Find(out var mountPoint);
        var directory = Path.Join(mountPoint, $"headroom-bench-{Environment.ProcessId}-{Environment.TickCount64}");
        try
        {
            if (version == 2)
                MemoryCgroupV2.Delegate(mountPoint);
            Directory.CreateDirectory(directory);
            return version == 1 ? new MemoryCgroupV1(directory, limit) : new MemoryCgroupV2(directory, limit);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory);
            throw new BenchException(
                $"No memory cgroup can be made at {directory}: {problem.Message} In a container this needs --privileged and a cgroup of its own.", problem);
        }
    }

    /// <summary>Changes the limit. Version 1 refuses for as long as more is in use than the kernel can take back; it is asked again.</summary>
    /// <param name="limit">In bytes.</param>
    /// <param name="patience">How long it may refuse.</param>
    /// <exception cref="BenchException">It refused to the end.</exception>
    public async Task ChangeLimitAsync(long limit, TimeSpan patience, CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                SetLimit(limit);
                return;
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < patience)
            {
                await Task.Delay(100, cancellationToken);
            }
            catch (IOException problem)
            {
                throw new BenchException(
                    $"The kernel did not accept a limit of {limit / 1048576} MiB for {patience.TotalSeconds} s: {problem.Message}", problem);
            }
        }
    }

    /// <summary>Reads what it holds now.</summary>
    public abstract MemorySample Read();

    /// <summary>How many processes the kernel killed here for want of memory.</summary>
    public abstract long OomKills();

    /// <summary>The processes inside, children included.</summary>
    public IReadOnlyList<int> ProcessIds() => [.. File.ReadLines(ProcessesFile).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        for (var attempt = 0; Directory.Exists(Location); attempt++)
        {
            foreach (var process in ProcessIds())
                Kill(process);
            try
            {
                Directory.Delete(Location);
            }
            catch (IOException) when (attempt < 200)
            {
                // A killed process leaves its cgroup only once the kernel has torn it down.
                await Task.Delay(50);
            }
        }
    }

    private protected abstract void SetLimit(long limit);

    private protected string ReadText(string file) => File.ReadAllText(Path.Join(Location, file));

    private protected long ReadNumber(string file) => long.Parse(ReadText(file), CultureInfo.InvariantCulture);

    private protected void Write(string file, long value) => File.WriteAllText(Path.Join(Location, file), value.ToString(CultureInfo.InvariantCulture));

    private protected bool Has(string file) => File.Exists(Path.Join(Location, file));

    /// <summary>The number behind a key in a file of «key value» lines; zero where this kernel does not have the key.</summary>
    private protected static long Value(string text, string key)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length > key.Length && line[key.Length] == ' ' && line.StartsWith(key, StringComparison.Ordinal))
                return long.Parse(line[(key.Length + 1)..], CultureInfo.InvariantCulture);
        }
        return 0;
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself between the listing and now.
        }
    }
}
