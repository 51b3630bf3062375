using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Headroom.Blobs.S3.Tests;

/// <summary>Stands before the real server and passes everything on, except where a test told it otherwise.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly Uri _server;
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly ConcurrentDictionary<string, (Func<Exchange, Task> Fault, int Left)> _faults = new();
    private readonly ConcurrentQueue<Exchange> _seen = new();

    private FaultyProxy(Uri server, WebApplication app) => (_server, _app) = (server, app);

    public Uri Address { get; private set; } = null!;

    /// <summary>Requests of a kind that arrived: «UploadPart», «Complete», «Put», «Get» and so on.</summary>
    public IReadOnlyList<Exchange> Seen(string kind) => [.. _seen.Where(e => e.Kind == kind)];

    public int Requests => _seen.Count;

    public static async Task<FaultyProxy> StartAsync(Uri server, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                    listen.UseHttps(certificate);
            });
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        var proxy = new FaultyProxy(server, builder.Build());
        proxy._app.Run(proxy.AnswerAsync);
        await proxy._app.StartAsync();
        proxy.Address = new Uri(proxy._app.Urls.First());
        return proxy;
    }

    /// <summary>Requests of this kind meet this fault, the first <paramref name="times"/> of them.</summary>
    public void On(string kind, Func<Exchange, Task> fault, int times = int.MaxValue) => _faults[kind] = (fault, times);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var exchange = new Exchange(context, _server, _client);
        _seen.Enqueue(exchange);
        var left = 0;
        _faults.AddOrUpdate(exchange.Kind, _ => (null!, 0), (_, rule) => (rule.Fault, (left = rule.Left) - Math.Sign(rule.Left)));
        try
        {
            await (left > 0 ? _faults[exchange.Kind].Fault(exchange) : exchange.PassAsync());
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or HttpRequestException or BadHttpRequestException)
        {
            context.Abort();
        }
    }
}
