using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Enumeration;

namespace Headroom.AspNetCore.Metrics;

/// <summary>The process and its managed heap, under the names that Prometheus's own client libraries use.</summary>
internal static class ProcessMetrics
{
    private const string OpenFiles = "/proc/self/fd";

    public static void Publish(Meter meter)
    {
        var started = StartTime();
        meter.CreateObservableCounter(
            "process.cpu", static () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time of the process, user and kernel.");
        meter.CreateObservableGauge("process.resident_memory", static () => Environment.WorkingSet, "By", "Resident set of the process.");
        meter.CreateObservableGauge("process.start_time", () => started, "s", "When the process started, since 1970.");
        meter.CreateObservableGauge("dotnet.thread_pool.threads", static () => ThreadPool.ThreadCount, "{thread}", "Threads of the thread pool.");
        meter.CreateObservableGauge(
            "dotnet.thread_pool.queued", static () => ThreadPool.PendingWorkItemCount, "{item}", "Work that waits for a thread of the pool.");
        meter.CreateObservableGauge(
            "dotnet.gc.heap.used", static () => GC.GetTotalMemory(forceFullCollection: false), "By", "Objects on the managed heap, live and dead.");
        meter.CreateObservableGauge(
            "dotnet.gc.heap.limit", static () => GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes, "By", "The most that the managed heap may take.");
        if (Directory.Exists(OpenFiles))
            meter.CreateObservableGauge("process.open_fds", CountOpenFiles, "{file}", "Open file descriptors.");
    }

    private static double StartTime()
    {
        using var process = Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    private static int CountOpenFiles() => new FileSystemEnumerable<bool>(OpenFiles, static (ref _) => true).Count();
}
