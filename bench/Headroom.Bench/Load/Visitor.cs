using System.Net;
using System.Net.Sockets;

namespace Headroom.Bench.Load;

/// <summary>
/// Plays scripts, each on a connection of its own. On bare sockets, because an HTTP library reads no answer before its
/// request is sent: a server that refuses a body early would be reported as a broken connection.
/// </summary>
/// <param name="employee">Who is right in an answer; null where every 200 is.</param>
/// <param name="timeout">How long one request may take.</param>
internal sealed class Visitor(IPEndPoint server, string? employee, TimeSpan timeout)
{
    /// <summary>
    /// A send buffer that grew to megabytes on a thousand connections would push the whole machine's TCP memory into
    /// pressure, and the kernel would then shrink the server's buffers too. In bytes.
    /// </summary>
    private const int SendBuffer = 64 * 1024;

    private const int FirstRead = 4 * 1024;
    private const int LongestAnswer = 64 * 1024;

    /// <summary>Most clients go on sending what they have begun when the answer comes early. No longer than this.</summary>
    private static readonly TimeSpan SendingOn = TimeSpan.FromSeconds(5);

    /// <summary>Sends a request and waits for its end.</summary>
    /// <param name="answered">Called as soon as the answer is there, with the time that took; the connection may stay open a while longer.</param>
    /// <returns>Seconds after which the server wants to be asked again; null when it did not say.</returns>
    public async Task<int?> VisitAsync(VisitScript script, Action<Answer> answered, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = SendBuffer };
        try
        {
            await socket.ConnectAsync(server, deadline.Token);
            if (script.Kind == VisitKind.Leave)
            {
                await LeaveAsync(socket, script, deadline.Token);
                answered(new Answer("left", IsRight: false, IsProper: true, Elapsed()));
                return null;
            }
            var receiving = ReceiveAsync(socket, deadline.Token);
            var sending = SendAsync(socket, script, receiving, deadline.Token);
            var answer = await receiving;
            answered(Answer.Judge(answer, employee, Elapsed()));
            deadline.CancelAfter(SendingOn);
            await sending;
            return answer.RetryAfter;
        }
        catch (Exception problem) when (problem is SocketException or FormatException)
        {
            answered(Answer.Failed(problem is SocketException socketProblem ? $"{socketProblem.SocketErrorCode}" : problem.Message, Elapsed()));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            answered(Answer.Failed($"no answer in {timeout.TotalSeconds} s", Elapsed()));
        }
        return null;

        double Elapsed() => Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static async Task LeaveAsync(Socket socket, VisitScript script, CancellationToken cancellationToken)
    {
        // A server that does not read takes what fits into its buffers; the client does not wait for more.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        await SendAsync(socket, script, Task.CompletedTask, patience.Token);
    }

    /// <summary>Sends all of it; with pauses only until there is an answer. A failure shows in the answer, or does not matter any more.</summary>
    private static async Task SendAsync(Socket socket, VisitScript script, Task answer, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var piece in script.Pieces)
            {
                for (var rest = piece; !rest.IsEmpty;)
                    rest = rest[await socket.SendAsync(rest, cancellationToken)..];
                if (script.Pause == TimeSpan.Zero)
                    continue;
                if (answer.IsCompleted)
                    return;
                await Task.Delay(script.Pause, cancellationToken);
            }
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The receiving side says how it ended.
        }
    }

    private static async Task<HttpAnswer> ReceiveAsync(Socket socket, CancellationToken cancellationToken)
    {
        var received = new byte[FirstRead];
        for (var length = 0; ;)
        {
            if (length == received.Length)
                Array.Resize(ref received, 2 * length);
            var read = await socket.ReceiveAsync(received.AsMemory(length), cancellationToken);
            length += read;
            if (HttpAnswer.TryParse(received.AsSpan(0, length)) is { } answer)
                return answer;
            if (read == 0)
                throw new FormatException(length == 0 ? "closed without an answer" : "closed within its answer");
            if (length >= LongestAnswer)
                throw new FormatException("an answer without an end");
        }
    }
}
