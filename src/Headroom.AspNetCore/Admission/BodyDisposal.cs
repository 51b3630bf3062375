using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Headroom.AspNetCore.Admission;

/// <summary>
/// Throws away bodies of requests that were answered unread. Clients that send everything before they read an answer
/// must get rid of it, or they see a broken connection instead of the answer; but read the usual way, 4 KiB at a time, the
/// bodies of many refused requests take the processor from those that were let in. The kernel can drop what it received
/// without copying it (MSG_TRUNC on TCP, tcp(7)). Thread-safe.
/// </summary>
internal sealed partial class BodyDisposal(TimeProvider time) : IDisposable
{
    private const int Truncate = 0x20;
    private const int DontWait = 0x40;
    private const int MostAtOnce = 1 << 20;
    private const int EAgain = 11;
    private const int EInterrupted = 4;
    private const int ProtocolTcp = 6;
    private const int QuickAck = 12;

    /// <summary>A smaller body is read in less time than this takes.</summary>
    private const long Least = 256 * 1024;

    /// <summary>A few can send at full speed; of many, each look finds more.</summary>
    private const int Few = 8;
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Of more than these some get their turn, and share <see cref="ShareOfMany"/>. Even dropped, a byte costs both ends and
    /// the caches; who was refused waits for its Retry-After anyway, and those that were let in need the processor.
    /// </summary>
    private const int Many = 64;

    /// <summary>Of many, so many at a time: in few large pieces, so that each is done before its time is over.</summary>
    private const int InTurn = 4;

    /// <summary>In bytes for each <see cref="LongPause"/>: 16 MB a second.</summary>
    private const int ShareOfMany = 160 * 1024;

    /// <summary>A client that has sent nothing for so long reads its answer now, or never will.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>Of more than these, who has had no turn for <see cref="Patience"/> goes: each keeps some 60 KB in the kernel and in the heap.</summary>
    private const int MostWaiting = 128;

    /// <summary>Enough to read the answer. Who has had no turn by then will hardly have one: the last that came is the next.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>As long as Kestrel gives a body that nobody wants.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static readonly int On = 1;

    private readonly Lock _lock = new();
    private readonly List<Disposal> _running = [];

    /// <summary>In the order in which they came.</summary>
    private readonly LinkedList<Disposal> _waiting = [];
    private ITimer? _timer;

    /// <summary>Whether the rest of this request's body can be thrown away: it is large enough to matter, and not encrypted.</summary>
    public static bool CanDispose(HttpContext context) =>
        OperatingSystem.IsLinux() && !context.Request.IsHttps && context.Request.ContentLength is null or > Least
        && (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true)
        && context.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 };

    /// <summary>Throws the body away until the client closes the connection, falls silent or has had its time; then ends the connection.</summary>
    /// <param name="context">A request that was answered with <c>Connection: close</c>.</param>
    public async Task DisposeBodyAsync(HttpContext context)
    {
        var disposal = new Disposal(context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket, time.GetTimestamp());
        lock (_lock)
        {
            _waiting.AddLast(disposal);
            _timer ??= time.CreateTimer(static self => ((BodyDisposal)self!).Look(), this, ShortPause, Timeout.InfiniteTimeSpan);
        }
        await disposal.Task.ConfigureAwait(false);
        // The server would wait for the bytes that are gone.
        context.Abort();
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            EndWaiting(now);
            GiveTurns(now);
            var most = _running.Count + _waiting.Count <= Many ? long.MaxValue : ShareOfMany;
            _running.RemoveAll(
                disposal => (Drop(disposal, now, ref most)
                    || time.GetElapsedTime(disposal.Start, now) >= Longest
                    || time.GetElapsedTime(disposal.HeardAt, now) >= Silence)
                    && disposal.TrySetResult());
            if (_running.Count + _waiting.Count > 0)
            {
                _timer?.Change(_running.Count <= Few ? ShortPause : LongPause, Timeout.InfiniteTimeSpan);
                return;
            }
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>Lets those go who have waited for their turn as long as they may.</summary>
    private void EndWaiting(long now)
    {
        while (_waiting.First?.Value is { } disposal && time.GetElapsedTime(disposal.Start, now) >= (_waiting.Count > MostWaiting ? Patience : Longest))
        {
            _waiting.RemoveFirst();
            disposal.TrySetResult();
        }
    }

    /// <summary>The last one first: its client still sends. Who has a turn keeps it; bodies of which each gets a little are thrown away for nothing.</summary>
    private void GiveTurns(long now)
    {
        var turns = _running.Count + _waiting.Count <= Many ? Many : InTurn;
        while (_running.Count < turns && _waiting.Last?.Value is { } disposal)
        {
            _waiting.RemoveLast();
            // Through the window of those who wait it comes in many small pieces, each of which wakes both ends.
            WaitingSockets.Widen(disposal.Socket);
            disposal.HeardAt = now;
            _running.Add(disposal);
        }
    }

    /// <summary>Drops what has come in, no more than <paramref name="most"/>, which is reduced by that.</summary>
    /// <returns>Whether the connection has ended.</returns>
    private static bool Drop(Disposal disposal, long now, ref long most)
    {
        if (most <= 0)
        {
            // The others had it all: its silence is not its own.
            disposal.HeardAt = now;
            return false;
        }
        try
        {
            var found = false;
            while (most > 0)
            {
                var dropped = recv(disposal.Socket.SafeHandle, 0, MostAtOnce, Truncate | DontWait);
                if (dropped == 0)
                    return true;
                if (dropped < 0)
                {
                    if (Marshal.GetLastPInvokeError() is not (EAgain or EInterrupted))
                        return true;
                    break;
                }
                (found, disposal.HeardAt) = (true, now);
                most -= dropped;
            }
            // The window is wide, so the kernel would put off its acknowledgement; a sender with a small buffer waits for it.
            if (found)
                disposal.Socket.SetRawSocketOption(ProtocolTcp, QuickAck, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in On)));
            return false;
        }
        catch (Exception problem) when (problem is ObjectDisposedException or SocketException)
        {
            return true;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(SafeSocketHandle socket, nint buffer, nint length, int flags);

    private sealed class Disposal(Socket socket, long start) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public readonly Socket Socket = socket;
        public readonly long Start = start;
        public long HeardAt = start;
    }
}
