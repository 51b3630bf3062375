using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// Makes a request that waits with its body unread cheap. By default Kestrel reads 1 MiB ahead for each connection and
/// the kernel grows receive buffers into megabytes: 256 waiting photos would hold 264 MB. Here both stay small until
/// the request is admitted.
/// </summary>
internal static class WaitingSockets
{
    /// <summary>What Kestrel reads ahead of a request: enough for its headers.</summary>
    public const int ReadAhead = 16 * 1024;

    /// <summary>The kernel's receive buffer while waiting; the kernel doubles it for its own bookkeeping.</summary>
    public const int ReceiveBufferWaiting = 16 * 1024;

    /// <summary>The receive buffer once admitted, so that the body comes in at full speed.</summary>
    public const int ReceiveBufferAdmitted = 128 * 1024;

    /// <summary>Connections beside those that wait: keep-alive, health probes, requests at work.</summary>
    private const int IdleConnections = 1024;

    public static void Configure(SocketTransportOptions options)
    {
        options.MaxReadBufferSize = ReadAhead;
        options.CreateBoundListenSocket = static endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            if (endpoint is IPEndPoint)
                socket.ReceiveBufferSize = ReceiveBufferWaiting;
            return socket;
        };
    }

    /// <summary>HTTP/1 only: over HTTP/2 waiting streams use up the window that all streams of a connection share.</summary>
    public static void Configure(KestrelServerOptions options, int maxWaiting)
    {
        options.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
        options.AddServerHeader = false;
        // An average says nothing about a client that stalls; every read has its own deadline.
        options.Limits.MinRequestBodyDataRate = null;
        // Those who wait are in the plan; idle ones beside them (18 KB each) have to fit into the margin.
        options.Limits.MaxConcurrentConnections = maxWaiting + IdleConnections;
    }

    /// <summary>Opens the window for a request that is about to be read.</summary>
    public static void Widen(Socket? socket)
    {
        try
        {
            if (socket is { AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 })
                socket.ReceiveBufferSize = ReceiveBufferAdmitted;
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The client is gone; reading its body will say so.
        }
    }
}
