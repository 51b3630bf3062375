using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Headroom.AspNetCore.Admission;

/// <summary>What a connection holds outside of the handler while it receives or sends a lot; part of what a route leases.</summary>
public static class TransferCosts
{
    private const int SendBuffer = 128 * 1024;

    /// <summary>What Kestrel collects of an answer before it waits for the client (its default).</summary>
    private const int AnswerBuffer = 64 * 1024;

    /// <summary>The fewest bytes a second that a receiver must take, after a grace of twenty seconds: below it is cut off.</summary>
    private const double MinSendRate = 4096;

    /// <summary>While receiving: what Kestrel reads ahead, and the kernel's receive buffer, which it makes twice as large as asked for.</summary>
    public static ByteSize Receiving => new(WaitingSockets.ReadAhead + (2 * WaitingSockets.ReceiveBufferAdmitted));

    /// <summary>
    /// While sending, after <see cref="BoundSending"/>: Kestrel's buffer, and the kernel's send buffer, which it makes
    /// twice as large as asked for.
    /// </summary>
    public static ByteSize Sending => new(AnswerBuffer + (2 * SendBuffer));

    /// <summary>
    /// Keeps a large answer to a slow client from growing in the kernel, by default up to 4 MB, and cuts off who takes
    /// next to nothing: it would hold its lease for hours.
    /// </summary>
    public static void BoundSending(this HttpContext context)
    {
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(MinSendRate, TimeSpan.FromSeconds(20));
        try
        {
            if (context.Features.Get<IConnectionSocketFeature>()?.Socket
                is { AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 } socket)
                socket.SendBufferSize = SendBuffer;
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The client is gone; writing will say so.
        }
    }
}
