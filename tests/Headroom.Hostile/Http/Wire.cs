using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Headroom.Hostile.Http;

/// <summary>Sends bytes as they are and reads the answer.</summary>
internal static class Wire
{
    /// <summary>Past it a request counts as one that hangs: the server lets one wait 120 s for its turn, and 60 s more for its body.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>A connection that has answered and stays open, as some spoilt headers ask for, has no more to say.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private const int Kept = 1 << 16;

    /// <param name="server">Where to.</param>
    /// <param name="request">What.</param>
    /// <param name="leave">Whether the sender's end is closed then; the server may take it for a client that left, and answer nothing.</param>
    /// <returns>The status and the start of the answer; status 0 when the connection was closed without one.</returns>
    /// <exception cref="TimeoutException">Neither an answer nor an end came.</exception>
    public static async Task<(int Status, string Text)> SendAsync(Uri server, byte[] request, bool leave)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var answer = new MemoryStream();
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, deadline.Token);
            var sending = SendAllAsync(socket, request, leave, deadline.Token);
            var buffer = new byte[8192];
            while (await socket.ReceiveAsync(buffer.AsMemory(), deadline.Token) is var read and > 0)
            {
                if (answer.Length < Kept)
                    answer.Write(buffer, 0, read);
                deadline.CancelAfter(Silence);
            }
            await sending;
        }
        catch (SocketException)
        {
            // Closed while bytes of ours were on the way, which it did not want.
        }
        catch (OperationCanceledException late) when (answer.Length == 0)
        {
            throw new TimeoutException($"No answer within {Patience}.", late);
        }
        catch (OperationCanceledException)
        {
            // It has answered, and keeps the connection.
        }
        var text = Encoding.Latin1.GetString(answer.GetBuffer(), 0, (int)answer.Length);
        var isAnswer = text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal);
        return (isAnswer && int.TryParse(text.AsSpan(9, 3), CultureInfo.InvariantCulture, out var status) ? status : 0, text);
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes, bool leave, CancellationToken cancellationToken)
    {
        try
        {
            while (bytes.Length > 0)
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
            if (leave)
                socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The answer, if there is one, says why.
        }
    }
}
