using System.Collections.Concurrent;

namespace Headroom.Uploads.Writing;

/// <summary>
/// One writer at a time for each part, or for a whole upload where bytes are appended. Who comes later is right: it is a
/// client that lost its connection and tries again, so the one before is interrupted and waited for. Thread-safe.
/// </summary>
internal sealed class Turns
{
    /// <summary>The number that stands for the whole upload.</summary>
    public const int WholeUpload = 0;

    private readonly ConcurrentDictionary<(Guid Upload, int Part), Turn> _held = new();

    /// <summary>Waits for the turn; dispose the result.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="part">The part, or <see cref="WholeUpload"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Turn> TakeAsync(Guid upload, int part, CancellationToken cancellationToken)
    {
        var mine = new Turn(this, (upload, part));
        while (!_held.TryAdd((upload, part), mine))
        {
            if (!_held.TryGetValue((upload, part), out var other))
                continue;
            other.Interrupt();
            await other.Ended.WaitAsync(cancellationToken);
        }
        return mine;
    }

    /// <summary>The right to write.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly Turns _turns;
        private readonly (Guid, int) _place;
        private readonly CancellationTokenSource _interruption = new();
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Turn(Turns turns, (Guid, int) place) => (_turns, _place) = (turns, place);

        /// <summary>Cancelled when somebody else wants to write: stop taking bytes, keep what is there, end.</summary>
        public CancellationToken Interrupted => _interruption.Token;

        internal Task Ended => _ended.Task;

        /// <summary>Lets the next one write.</summary>
        public void Dispose()
        {
            _turns._held.TryRemove(KeyValuePair.Create(_place, this));
            _ended.TrySetResult();
            // The source is left to the collector: who interrupts may hold it still, and it has no timer.
        }

        // What is registered ends requests; none of that must run on the newcomer's stack.
        internal void Interrupt() => _ = _interruption.CancelAsync();
    }
}
