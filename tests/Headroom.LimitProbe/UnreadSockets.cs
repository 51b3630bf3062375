using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Headroom.Limits;
using Headroom.Measuring;

namespace Headroom.LimitProbe;

/// <summary>Fills the buffers of connections that nobody reads from.</summary>
internal static class UnreadSockets
{
    private const int Connections = 16;

    public static IEnumerable<(string, object)> Fill()
    {
        var limit = new MemoryLimitDetector().Detect();
        var meter = new MemoryMeter(limit);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var before = meter.Read().Cgroup!.Value;
        var ends = new List<Socket>();
        for (var i = 0; i < Connections; i++)
        {
            var sender = new Socket(SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = 1 << 20, Blocking = true };
            sender.Connect(listener.LocalEndpoint);
            ends.AddRange([sender, listener.AcceptSocket()]);
            sender.Blocking = false;
            FillOne(sender);
        }
        var after = meter.Read().Cgroup!.Value;
        yield return ("sockets before", before.Sockets);
        yield return ("sockets after", after.Sockets);
        yield return ("unreclaimable before", before.Unreclaimable);
        yield return ("unreclaimable after", after.Unreclaimable);
        yield return ("total after", after.Total);
        yield return ("kernel's total after", KernelTotal(limit));
        ends.ForEach(e => e.Dispose());
    }

    private static void FillOne(Socket sender)
    {
        var noise = new byte[1 << 16];
        while (true)
        {
            sender.Send(noise, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return;
        }
    }

    private static long KernelTotal(MemoryLimit limit) => long.Parse(
        File.ReadAllText(Path.Join(limit.CgroupDirectory, limit.Cgroup!.Version == CgroupVersion.V1 ? "memory.usage_in_bytes" : "memory.current")),
        CultureInfo.InvariantCulture);
}
