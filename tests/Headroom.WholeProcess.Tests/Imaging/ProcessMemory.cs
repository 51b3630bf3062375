using System.Globalization;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.WholeProcess.Tests.Imaging;

/// <summary>This process's memory as the kernel counts it, in bytes.</summary>
internal static class ProcessMemory
{
    internal static long Anonymous => Read("RssAnon:");

    /// <summary>What there is of each kind, for messages.</summary>
    internal static string Parts =>
        string.Join(", ", File.ReadLines("/proc/self/status").Where(IsOfMemory).Append($"managed {GC.GetTotalMemory(false)} B"));

    /// <summary>How much the resident set grew at its highest while <paramref name="work"/> ran.</summary>
    internal static long PeakGrowth(Action work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _ = VipsForTests.TrimHeap(0);
        var before = Read("VmRSS:");

        // "5" resets the peak (proc(5), clear_refs).
        File.WriteAllText("/proc/self/clear_refs", "5");
        work();
        return Read("VmHWM:") - before;
    }

    private static bool IsOfMemory(string line) =>
        line.StartsWith("Rss", StringComparison.Ordinal) || line.StartsWith("VmRSS", StringComparison.Ordinal)
        || line.StartsWith("VmHWM", StringComparison.Ordinal);

    private static long Read(string field)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
