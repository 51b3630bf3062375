using System.Text.Json;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Watching;

/// <summary>Follows one server until it is stopped: its cgroup once a second, its <c>/memory-status</c> every third second.</summary>
internal sealed class ServerWatch : IAsyncDisposable
{
    private const int SecondsBetweenPolls = 3;
    private const string Leak = "leak";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly MeasuredServer _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<WatchPoint> _series = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Task _task;
    private int _polls;
    private int _failedPolls;
    private MemoryStatus? _worst;
    private double? _leakSaidAfter;
    private string? _lastTrend;

    /// <summary>Begins to watch.</summary>
    public ServerWatch(MeasuredServer server)
    {
        _server = server;
        _task = Task.Run(RunAsync);
    }

    /// <summary>Stops watching.</summary>
    /// <returns>What was seen.</returns>
    public async Task<WatchReport> StopAsync()
    {
        await _stop.CancelAsync();
        await _task;
        return new WatchReport(_series, _polls, _failedPolls, _worst, _leakSaidAfter, _lastTrend);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            for (var second = 0; ; second++)
            {
                var now = _server.Read();
                _series.Add(new WatchPoint(Stopwatch.GetElapsedTime(_started).TotalSeconds, now.Unreclaimable, now.Anonymous, now.WorkingSet));
                if (second % SecondsBetweenPolls == 0)
                    await PollAsync();
                await timer.WaitForNextTickAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task PollAsync()
    {
        _polls++;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(Patience);
            var status = MemoryStatus.Parse(await _server.Http.GetStringAsync(new Uri("/memory-status", UriKind.Relative), patience.Token));
            _worst = _worst is null || status.Unexplained > _worst.Unexplained ? status : _worst;
            _lastTrend = status.Trend ?? _lastTrend;
            if (status.Trend == Leak)
                _leakSaidAfter ??= Stopwatch.GetElapsedTime(_started).TotalSeconds;
        }
        catch (Exception problem) when (
            problem is HttpRequestException or JsonException or KeyNotFoundException
                || (problem is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            _failedPolls++;
        }
    }
}
