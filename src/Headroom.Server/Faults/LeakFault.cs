using System.Runtime.InteropServices;

namespace Headroom.Server.Faults;

/// <summary>Leaks native memory on purpose, as a careless native library does: in small blocks that nobody frees.</summary>
internal sealed partial class LeakFault(FaultSettings faults, TimeProvider time, ILogger<LeakFault> logger) : BackgroundService
{
    private const int BlockBytes = 4096;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogLeak(faults.LeakPerSecond, faults.LeakUpTo?.ToString() ?? "no bound");
        var bound = faults.LeakUpTo?.Bytes ?? long.MaxValue;
        var start = time.GetTimestamp();
        for (long leaked = 0; leaked < bound && !stoppingToken.IsCancellationRequested;)
        {
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var due = Math.Min(bound, (long)(faults.LeakPerSecond.Bytes * time.GetElapsedTime(start).TotalSeconds));
            for (; leaked < due; leaked += BlockBytes)
                Leak();
        }
    }

    /// <summary>A page that was never written to takes no memory.</summary>
    private static unsafe void Leak() => new Span<byte>(NativeMemory.Alloc(BlockBytes), BlockBytes).Fill(1);

    [LoggerMessage(
        LogLevel.Warning,
        "This server leaks {PerSecond} a second on purpose, up to {UpTo}: HEADROOM__FAULTS__LEAKBYTESPERSECOND is set. Unset it unless this is a test.")]
    private partial void LogLeak(ByteSize perSecond, string upTo);
}
