using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Headroom.Bench.Cgroups;

namespace Headroom.Bench.Targets;

/// <summary>A server in a cgroup of its own, started with a cold page cache and sampled from before its first instruction.</summary>
internal sealed class MeasuredServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(4);

    private readonly ITarget _target;
    private readonly string _data;
    private readonly MemoryCgroup _cgroup;
    private readonly MemorySampler _sampler;
    private readonly ServerLog _log = new();
    private readonly Process _process;
    private readonly long _started;

    private MeasuredServer(ITarget target, string data, MemoryCgroup cgroup, bool preload)
    {
        var port = FreePort();
        _target = target;
        _data = data;
        _cgroup = cgroup;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        if (target.Key is not null)
            Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", target.Key);
        var command = target.Describe(port, data, preload);
        _sampler = new MemorySampler(cgroup);
        _started = Stopwatch.GetTimestamp();
        _process = _log.Follow(command.StartInside(cgroup, data));
    }

    public HttpClient Http { get; }

    public MemoryPeaks Peaks => _sampler.Peaks;

    public long OomKills => _cgroup.OomKills();

    /// <summary>Whether its process has ended.</summary>
    public bool IsGone => _process.HasExited;

    /// <summary>The last lines it printed.</summary>
    public string LastLines => _log.Tail();

    public static async Task<MeasuredServer> StartAsync(ITarget target, Repository repository, long limit, bool preload, CancellationToken cancellationToken)
    {
        var data = Directory.CreateDirectory(Path.Join(repository.Artifacts, $"data-{Environment.ProcessId}-{Environment.TickCount64}")).FullName;
        MemoryCgroup? cgroup = null;
        try
        {
            cgroup = MemoryCgroup.Create(limit);
            await PageCache.DropAsync(cancellationToken);
            return new MeasuredServer(target, data, cgroup, preload);
        }
        catch
        {
            if (cgroup is not null)
                await cgroup.DisposeAsync();
            Directory.Delete(data, recursive: true);
            throw;
        }
    }

    /// <summary>The peaks since the last call, or since the start.</summary>
    public MemoryPeaks TakePhase() => _sampler.TakePhase();

    /// <inheritdoc cref="MemoryCgroup.ChangeLimitAsync"/>
    public Task ChangeLimitAsync(long limit, TimeSpan patience, CancellationToken cancellationToken) =>
        _cgroup.ChangeLimitAsync(limit, patience, cancellationToken);

    /// <summary>What the cgroup holds now.</summary>
    public MemorySample Read() => _cgroup.Read();

    /// <summary>What the server's processes hold now, by their own account.</summary>
    public ResidentMemory Resident() => ResidentMemory.Of(_cgroup.ProcessIds());

    /// <summary>The processor time that the server's processes have taken since they were started, in whole hundredths of a second.</summary>
    public TimeSpan ProcessorTime() => ProcessorTimes.Of(_cgroup.ProcessIds());

    /// <summary>Polls until the server answers <c>/health</c>.</summary>
    /// <returns>The time since its process was started.</returns>
    /// <exception cref="ServerGoneException">It ended before.</exception>
    public Task<TimeSpan> WaitUntilHealthyAsync(CancellationToken cancellationToken) =>
        WaitAsync(async token => await GetAsync("/health", token) is not null, cancellationToken);

    /// <summary>Polls until <c>/health/ready</c> answers 200 and <c>/health</c> says that the models are loaded.</summary>
    /// <inheritdoc cref="WaitUntilHealthyAsync"/>
    public Task<TimeSpan> WaitUntilReadyAsync(CancellationToken cancellationToken) => WaitAsync(
        async token => await GetAsync("/health", token) is { } health
            && health.GetProperty("model_loaded").GetBoolean()
            && await GetAsync("/health/ready", token) is not null,
        cancellationToken);

    /// <summary>Polls until <c>/health/ready</c> answers 200, whatever the models do.</summary>
    /// <inheritdoc cref="WaitUntilHealthyAsync"/>
    public Task<TimeSpan> WaitUntilServingAsync(CancellationToken cancellationToken) =>
        WaitAsync(async token => await GetAsync("/health/ready", token) is not null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _sampler.Dispose();
        Http.Dispose();
        await _cgroup.DisposeAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<TimeSpan> WaitAsync(Func<CancellationToken, Task<bool>> condition, CancellationToken cancellationToken)
    {
        while (Stopwatch.GetElapsedTime(_started) is var elapsed && elapsed < StartTimeout)
        {
            if (_process.HasExited)
                throw new ServerGoneException($"{_target.Name} ended with {_process.ExitCode} before it was "
                    + $"ready{(OomKills > 0 ? ", killed for want of memory" : "")}. Its last lines:\n{_log.Tail()}");
            if (await condition(cancellationToken))
                return Stopwatch.GetElapsedTime(_started);
            await Task.Delay(PollInterval, cancellationToken);
        }
        throw new ServerGoneException($"{_target.Name} was not ready after {StartTimeout.TotalSeconds} s. Its last lines:\n{_log.Tail()}");
    }

    /// <summary>Null unless it answers 200; an answer that is no JSON counts as an empty object.</summary>
    private async Task<JsonElement?> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
                return null;
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return text.StartsWith('{') ? JsonElement.Parse(text) : JsonElement.Parse("{}");
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
