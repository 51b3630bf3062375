using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// Notices clients that leave while they wait. Kestrel can't: it does not read their sockets, for their bodies would
/// come in. The kernel knows the connection's state all the same (TCP_INFO, tcp(7)).
/// </summary>
internal sealed class DepartureWatch(TimeProvider time)
{
    private const int ProtocolTcp = 6;
    private const int OptionTcpInfo = 11;
    private const byte Established = 1;

    /// <summary>Under pressure memory is looked at many times a second; two thousand sockets each time would take the processor from the work.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.9);

    private readonly ConcurrentDictionary<CancellationTokenSource, Socket> _waiting = new();
    private long? _looked;

    /// <summary>Watches a socket until the result is disposed.</summary>
    /// <param name="socket">The connection's socket; null where it has none.</param>
    /// <param name="departed">Cancelled when the client has left.</param>
    public Registration Track(Socket? socket, CancellationTokenSource departed)
    {
        if (socket is not null && OperatingSystem.IsLinux())
            _waiting.TryAdd(departed, socket);
        return new Registration(this, departed);
    }

    /// <summary>Looks at everyone who waits, one short system call each, unless it did within the last second. One call at a time.</summary>
    public void Look()
    {
        if (_looked is { } last && time.GetElapsedTime(last) < Pause)
            return;
        _looked = time.GetTimestamp();
        foreach (var (departed, socket) in _waiting)
        {
            if (HasLeft(socket) && _waiting.TryRemove(departed, out _))
                Cancel(departed);
        }
    }

    private static void Cancel(CancellationTokenSource departed)
    {
        try
        {
            departed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It got its lease at this very moment; reading the body will say that nobody sends one.
        }
    }

    private static bool HasLeft(Socket socket)
    {
        try
        {
            Span<byte> info = stackalloc byte[8];
            return socket.GetRawSocketOption(ProtocolTcp, OptionTcpInfo, info) > 0 && info[0] != Established;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        catch (SocketException)
        {
            // Not a TCP socket: nothing is known about the other end.
            return false;
        }
    }

    /// <summary>Ends the watch.</summary>
    internal readonly struct Registration(DepartureWatch watch, CancellationTokenSource departed) : IDisposable
    {
        public void Dispose() => watch._waiting.TryRemove(departed, out _);
    }
}
