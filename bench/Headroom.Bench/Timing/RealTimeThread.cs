namespace Headroom.Bench.Timing;

/// <summary>
/// A thread at the lowest real-time priority, above everything measured: one that waits for a busy processor would
/// report its own wait.
/// </summary>
internal static class RealTimeThread
{
    private const string Priority = "1";

    /// <summary>Starts a background thread.</summary>
    public static Thread Start(string name, Action run)
    {
        var thread = new Thread(() =>
        {
            TakePrecedence();
            run();
        })
        { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    /// <summary>A thread has a scheduling policy of its own (sched(7)); what other threads start does not inherit it.</summary>
    private static void TakePrecedence()
    {
        var thread = Path.GetFileName(File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false)!.FullName);
        try
        {
            var start = new ProcessStartInfo("chrt", ["--fifo", "--pid", Priority, thread]) { UseShellExecute = false, RedirectStandardError = true };
            using var change = Process.Start(start)!;
            change.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Without chrt, or without leave for it, the thread waits like any other; the report shows its longest gap.
        }
    }
}
