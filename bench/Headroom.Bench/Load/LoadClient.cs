using System.Net.Http.Headers;
using System.Net.Sockets;
using Headroom.Bench.Photos;

namespace Headroom.Bench.Load;

/// <summary>Posts one photo again and again from many clients that all start at once, each on a connection of its own.</summary>
internal sealed class LoadClient : IDisposable
{
    /// <summary>
    /// A send buffer that grew to megabytes on a thousand connections would push the whole machine's TCP memory into
    /// pressure, and the kernel would then shrink the server's buffers too. In bytes.
    /// </summary>
    private const int SendBuffer = 64 * 1024;

    private readonly LoadPlan _plan;
    private readonly byte[] _photo;
    private readonly HttpClient _http;

    public LoadClient(LoadPlan plan)
    {
        _plan = plan;
        _photo = File.ReadAllBytes(plan.Photo);
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan })
        {
            Timeout = TimeSpan.FromSeconds(plan.TimeoutSeconds),
        };
        if (plan.Key is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", plan.Key);
    }

    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        var warmup = await RunClientAsync(_plan.Warmup, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, _plan.Clients).Select(_ => RunClientAsync(_plan.RequestsEach, cancellationToken)));
        return LoadReport.From(warmup, [.. answers.SelectMany(of => of)], Stopwatch.GetElapsedTime(started));
    }

    public void Dispose() => _http.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = SendBuffer };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What the socket said, wherever it stands in the chain; else what HTTP made of it.</summary>
    private static string Kind(HttpRequestException problem)
    {
        for (var inner = problem.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
                return $"{socket.SocketErrorCode}";
        }
        return $"{problem.HttpRequestError}";
    }

    private async Task<Answer[]> RunClientAsync(int requests, CancellationToken cancellationToken)
    {
        var answers = new Answer[requests];
        for (var i = 0; i < requests; i++)
            answers[i] = await PostAsync(cancellationToken);
        return answers;
    }

    private async Task<Answer> PostAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var body = PhotoBody.Create(_plan.Body, _photo, "image");
            using var response = await _http.PostAsync(_plan.Address, body, cancellationToken);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return Answer.Judge(
                new HttpAnswer((int)response.StatusCode, (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds, answer), _plan.Employee,
                Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (HttpRequestException problem)
        {
            return Failed(Kind(problem));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"no answer in {_plan.TimeoutSeconds} s");
        }

        Answer Failed(string kind) => Answer.Failed(kind, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }
}
