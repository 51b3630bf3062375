using System.Collections.Concurrent;
using System.Net;
using Headroom.AspNetCore.Hosting;
using Headroom.AspNetCore.Status;
using Headroom.Budget;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Headroom.AspNetCore.Tests;

/// <summary>A real service on a free port of this machine, with one pool called «work».</summary>
internal sealed class TestService : IAsyncDisposable
{
    public const string PoolName = "work";

    private readonly WebApplication _app;
    private readonly ErrorLog _log;

    private TestService(WebApplication app, ErrorLog log)
    {
        (_app, _log) = (app, log);
        Port = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Port;
    }

    public static ByteSize PoolCap { get; } = ByteSize.FromMegabytes(4);

    public int Port { get; }

    public MemoryBudget Budget => _app.Services.GetRequiredService<MemoryBudget>();

    public LimitFollower Follower => _app.Services.GetRequiredService<LimitFollower>();

    public BudgetPool Pool => Budget.GetPool(PoolName);

    public long Leased => Pool.GetStatus().Leased.Bytes;

    public int Waiting => Pool.GetStatus().Waiting;

    /// <summary>What the service logged as an error.</summary>
    public string Errors => string.Join('\n', _log.Errors);

    public void HasLoggedNoErrors() => Assert.True(Errors.Length == 0, Errors);

    /// <summary>Starts a service.</summary>
    /// <param name="map">Its routes.</param>
    /// <param name="settings">«Headroom:…» settings.</param>
    /// <param name="add">More services.</param>
    /// <param name="pools">More pools.</param>
    /// <param name="bodies">What counts the bytes of bodies that are handed out.</param>
    public static async Task<TestService> StartAsync(
        Action<WebApplication> map,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? add = null,
        Action<HeadroomBuilder>? pools = null,
        BodyCounter? bodies = null)
    {
        var log = new ErrorLog();
        var app = Build(map, settings, add, pools, log, bodies);
        await app.StartAsync();
        return new TestService(app, log);
    }

    public static WebApplication Build(
        Action<WebApplication> map,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? add = null,
        Action<HeadroomBuilder>? pools = null,
        ILoggerProvider? log = null,
        BodyCounter? bodies = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Configuration["Headroom:Limit"] ??= "2GB";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (log is not null)
            builder.Logging.AddProvider(log);
        builder.AddHeadroom(headroom =>
        {
            headroom.AddPool(PoolName, PoolCap);
            pools?.Invoke(headroom);
        });
        add?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseExceptionHandler();
        if (bodies is not null)
            app.Use(bodies.InvokeAsync);
        app.MapHeadroom();
        map(app);
        return app;
    }

    /// <summary>Takes everything that the pool has.</summary>
    public MemoryLease FillPool()
    {
        Assert.True(Pool.TryAcquire(PoolCap.Bytes, out var lease));
        return lease;
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, Port));

    /// <summary>Asks it to stop, as the platform does, and waits until it has.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>Waits until the lease is back that a request held.</summary>
    public Task EverythingIsBackAsync() => Eventually.TrueAsync(() => Leased == 0 && Waiting == 0);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _errors = new();

        public IEnumerable<string> Errors => _errors;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                _errors.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
