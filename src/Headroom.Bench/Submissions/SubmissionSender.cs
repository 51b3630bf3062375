using System.Net;
using System.Net.Sockets;
using Headroom.Bench.Load;
using Headroom.Bench.Watching;

namespace Headroom.Bench.Submissions;

/// <summary>
/// Sends submissions in an open loop: each when it is due, whatever became of those before. From threads above everything
/// measured, one a connection: a client that waits for a processor would report its own wait. When all connections are
/// taken the wait for one counts, as everything does from the moment a submission was due.
/// </summary>
/// <param name="server">Its host must be an IP address.</param>
/// <param name="submissions">What is sent, in order.</param>
/// <param name="perSecond">How many on average.</param>
public sealed class SubmissionSender(Uri server, SignedSubmissions submissions, double perSecond)
{
    private const int Connections = 32;
    private const int TimeoutMilliseconds = 30_000;
    private const int Seed = 1;

    private readonly IPEndPoint _server = new(IPAddress.Parse(server.Host), server.Port);
    private readonly SubmissionResult[] _results = new SubmissionResult[submissions.Requests.Count];
    private readonly TimeSpan[] _due = [.. new ArrivalSchedule(perSecond, 0, Seed).Until(TimeSpan.MaxValue).Take(submissions.Requests.Count).Select(arrival => arrival.At)];
    private long _started;
    private int _next;

    /// <summary>Sends them all and waits for the answers.</summary>
    /// <param name="start">What «due» counts from.</param>
    public IReadOnlyList<SubmissionResult> Run(Task start)
    {
        var threads = Enumerable.Range(0, Connections).Select(i => RealTimeThread.Start($"submissions {i}", () => Send(start))).ToList();
        threads.ForEach(thread => thread.Join());
        return _results;
    }

    private void Send(Task start)
    {
        start.Wait();
        Interlocked.CompareExchange(ref _started, Stopwatch.GetTimestamp(), 0);
        Socket? socket = null;
        var buffer = new byte[16 * 1024];
        while (Interlocked.Increment(ref _next) - 1 is var number && number < _due.Length)
        {
            var wait = _due[number] - Stopwatch.GetElapsedTime(_started);
            if (wait > TimeSpan.Zero)
                Thread.Sleep((int)Math.Ceiling(wait.TotalMilliseconds));
            var outcome = "";
            try
            {
                socket ??= Connect();
                outcome = Ask(socket, submissions.Requests[number], buffer);
            }
            catch (Exception problem) when (problem is SocketException or FormatException)
            {
                outcome = problem is SocketException failure ? $"{failure.SocketErrorCode}" : problem.Message;
                socket?.Dispose();
                socket = null;
            }
            _results[number] = new SubmissionResult(_due[number].TotalMilliseconds, (Stopwatch.GetElapsedTime(_started) - _due[number]).TotalMilliseconds, outcome);
        }
        socket?.Dispose();
    }

    private Socket Connect()
    {
        var socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = TimeoutMilliseconds, ReceiveTimeout = TimeoutMilliseconds };
        socket.Connect(_server);
        return socket;
    }

    private static string Ask(Socket socket, byte[] request, byte[] buffer)
    {
        socket.Send(request);
        for (var length = 0; ;)
        {
            var read = socket.Receive(buffer, length, buffer.Length - length, SocketFlags.None);
            length += read;
            if (HttpAnswer.TryParse(buffer.AsSpan(0, length)) is { } answer)
                return $"{answer.Status}";
            if (read == 0)
                throw new FormatException("closed without an answer");
        }
    }
}
