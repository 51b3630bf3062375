using System.Net;
using System.Net.Sockets;
using System.Text;
using Headroom.Bench.Load;
using Headroom.Bench.Timing;

namespace Headroom.Bench.Watching;

/// <summary>
/// Asks <c>/health</c> ten times a second as a platform does it, each time on a new connection. From a thread of its own
/// above everything measured: a probe in the niced load client would measure how long that client waits for a processor.
/// A probe that is late because the one before it was slow counts from when it was due.
/// </summary>
internal sealed class HealthProbes : IDisposable
{
    private const int TimeoutMilliseconds = 5000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly IPEndPoint _server;
    private readonly byte[] _request;
    private readonly TimeSpan _end;
    private readonly List<double> _milliseconds = [];
    private readonly List<string> _failures = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    /// <summary>Begins to ask.</summary>
    /// <param name="server">Its host must be an IP address.</param>
    /// <param name="end">When it stops by itself; null for not at all.</param>
    public HealthProbes(Uri server, TimeSpan? end = null)
    {
        _end = end ?? TimeSpan.MaxValue;
        _server = new IPEndPoint(IPAddress.Parse(server.Host), server.Port);
        _request = Encoding.ASCII.GetBytes($"GET /health HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n\r\n");
        _thread = RealTimeThread.Start("health probes", Run);
    }

    /// <summary>Stops asking.</summary>
    /// <returns>What was answered.</returns>
    public ProbeReport Stop()
    {
        _stop.Set();
        _thread.Join();
        return ProbeReport.From(_milliseconds, _failures);
    }

    public void Dispose()
    {
        Stop();
        _stop.Dispose();
    }

    private void Run()
    {
        var started = Stopwatch.GetTimestamp();
        for (var due = TimeSpan.Zero; due < _end; due += Interval)
        {
            var wait = due - Stopwatch.GetElapsedTime(started);
            if (_stop.Wait(wait > TimeSpan.Zero ? wait : TimeSpan.Zero))
                return;
            if (Ask() is { } failure)
                _failures.Add(failure);
            else
                _milliseconds.Add((Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds);
        }
    }

    /// <returns>What went wrong; null for 200.</returns>
    private string? Ask()
    {
        using var socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendTimeout = TimeoutMilliseconds,
            ReceiveTimeout = TimeoutMilliseconds,
        };
        try
        {
            socket.Connect(_server);
            socket.Send(_request);
            var received = new byte[8192];
            for (var length = 0; ;)
            {
                var read = socket.Receive(received, length, received.Length - length, SocketFlags.None);
                length += read;
                if (HttpAnswer.TryParse(received.AsSpan(0, length)) is { } answer)
                    return answer.Status == 200 ? null : $"{answer.Status}";
                if (read == 0)
                    return "closed without an answer";
            }
        }
        catch (SocketException problem)
        {
            return $"{problem.SocketErrorCode}";
        }
        catch (FormatException problem)
        {
            return problem.Message;
        }
    }
}
