using System.Net;
using System.Net.Sockets;
using Headroom.Bench.Timing;

namespace Headroom.Bench.Load;

/// <summary>
/// Sends requests in an open loop: each when it is due, whatever became of those before. From threads above everything
/// measured, one a connection: a client that waits for a processor would report its own wait. When all connections are
/// taken the wait for one counts, as everything does from the moment a request was due.
/// </summary>
/// <param name="server">Its host must be an IP address.</param>
/// <param name="requests">What is sent, in order: head and body.</param>
/// <param name="perSecond">How many on average.</param>
/// <param name="judge">Says how a request ended; <see cref="HttpAnswer.Outcome"/> where the body does not matter.</param>
internal sealed class OpenLoopSender(Uri server, IReadOnlyList<byte[]> requests, double perSecond, Func<HttpAnswer, string> judge)
{
    private const int Connections = 32;
    private const int TimeoutMilliseconds = 30_000;
    private const int Seed = 1;
    private const int LongestAnswer = 64 * 1024;

    private readonly IPEndPoint _server = new(IPAddress.Parse(server.Host), server.Port);
    private readonly OpenLoopResult[] _results = new OpenLoopResult[requests.Count];
    private readonly TimeSpan[] _due = [
        .. new ArrivalSchedule(perSecond, 0, Seed).Until(TimeSpan.MaxValue).Take(requests.Count).Select(arrival => arrival.At),
    ];
    private long _started;
    private int _next;

    /// <summary>Sends them all and waits for the answers.</summary>
    /// <param name="start">What «due» counts from.</param>
    public IReadOnlyList<OpenLoopResult> Run(Task start)
    {
        var threads = Enumerable.Range(0, Connections).Select(i => RealTimeThread.Start($"open loop {i}", () => Send(start))).ToList();
        threads.ForEach(thread => thread.Join());
        return _results;
    }

    private void Send(Task start)
    {
        start.Wait();
        Interlocked.CompareExchange(ref _started, Stopwatch.GetTimestamp(), 0);
        Socket? socket = null;
        var buffer = new byte[LongestAnswer];
        while (Interlocked.Increment(ref _next) - 1 is var number && number < _due.Length)
        {
            var wait = _due[number] - Stopwatch.GetElapsedTime(_started);
            if (wait > TimeSpan.Zero)
                Thread.Sleep((int)Math.Ceiling(wait.TotalMilliseconds));
            var outcome = "";
            try
            {
                socket ??= Connect();
                var answer = Ask(socket, requests[number], buffer);
                outcome = judge(answer);
                if (answer.Closes)
                    Close(ref socket);
            }
            catch (Exception problem) when (problem is SocketException or FormatException)
            {
                outcome = problem is SocketException failure ? $"{failure.SocketErrorCode}" : problem.Message;
                Close(ref socket);
            }
            _results[number] = new OpenLoopResult(
                _due[number].TotalMilliseconds, (Stopwatch.GetElapsedTime(_started) - _due[number]).TotalMilliseconds, outcome);
        }
        socket?.Dispose();
    }

    private static void Close(ref Socket? socket)
    {
        socket?.Dispose();
        socket = null;
    }

    private Socket Connect()
    {
        var socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendTimeout = TimeoutMilliseconds,
            ReceiveTimeout = TimeoutMilliseconds,
        };
        socket.Connect(_server);
        return socket;
    }

    private static HttpAnswer Ask(Socket socket, byte[] request, byte[] buffer)
    {
        socket.Send(request);
        for (var length = 0; ;)
        {
            var read = socket.Receive(buffer, length, buffer.Length - length, SocketFlags.None);
            length += read;
            if (HttpAnswer.TryParse(buffer.AsSpan(0, length)) is { } answer)
                return answer;
            if (read == 0)
                throw new FormatException(length == buffer.Length ? "an answer without an end" : "closed without an answer");
        }
    }
}
