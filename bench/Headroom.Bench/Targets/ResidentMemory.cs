namespace Headroom.Bench.Targets;

/// <summary>What processes hold by their own account (/proc/PID/status, proc_pid_status(5)), in bytes.</summary>
internal readonly record struct ResidentMemory(long Anonymous, long File)
{
    /// <summary>The sum over processes; one that ended counts nothing.</summary>
    public static ResidentMemory Of(IEnumerable<int> processes)
    {
        long anonymous = 0, file = 0;
        foreach (var line in processes.SelectMany(Status))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal))
                anonymous += Bytes(line);
            else if (line.StartsWith("RssFile:", StringComparison.Ordinal))
                file += Bytes(line);
        }
        return new ResidentMemory(anonymous, file);
    }

    private static string[] Status(int process)
    {
        try
        {
            return System.IO.File.ReadAllLines($"/proc/{process}/status");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static long Bytes(string line) =>
        1024 * long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
