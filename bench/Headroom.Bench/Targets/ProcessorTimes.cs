namespace Headroom.Bench.Targets;

/// <summary>What processes took of the processors: in user space and in the kernel, by /proc/PID/stat (proc_pid_stat(5)).</summary>
internal static class ProcessorTimes
{
    /// <summary>The sum over processes; one that ended counts nothing.</summary>
    public static TimeSpan Of(IEnumerable<int> processes) => processes.Aggregate(TimeSpan.Zero, (sum, id) => sum + Of(id));

    private static TimeSpan Of(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.TotalProcessorTime;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return TimeSpan.Zero;
        }
    }
}
