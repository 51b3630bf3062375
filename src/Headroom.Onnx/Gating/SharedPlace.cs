namespace Headroom.Onnx;

/// <summary>
/// Runs of one thread each that share a place of an <see cref="InferenceGate"/>. A place stands for all processors; short
/// runs use them better side by side than one after the other, where the threads of each wait for one another at every
/// step. Nobody joins while somebody else waits at the gate, so an unbroken stream of them keeps nobody out. Thread-safe.
/// </summary>
/// <param name="gate">The gate.</param>
/// <param name="runs">Most runs in one place, at least 1.</param>
public sealed class SharedPlace(InferenceGate gate, int runs)
{
    private readonly Lock _lock = new();
    private Group? _open;

    /// <summary>Waits for a place, or joins those who have one or wait for one. Dispose what is returned to leave.</summary>
    public async Task<IDisposable> EnterAsync()
    {
        Group group;
        lock (_lock)
        {
            if (_open is { } open && open.Members < runs && (!open.Entry.IsCompleted || gate.Waiting == 0))
                open.Members++;
            else
                _open = new Group(gate.EnterAsync().AsTask());
            group = _open;
        }
        await group.Entry.ConfigureAwait(false);
        return new Membership(this, group);
    }

    private void Leave(Group group)
    {
        lock (_lock)
        {
            if (--group.Members > 0)
                return;
            if (_open == group)
                _open = null;
        }
        group.Entry.Result.Dispose();
    }

    private sealed class Group(Task<InferenceEntry> entry)
    {
        public Task<InferenceEntry> Entry => entry;

        public int Members { get; set; } = 1;
    }

    private sealed class Membership(SharedPlace place, Group group) : IDisposable
    {
        private Group? _group = group;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _group, null) is { } group)
                place.Leave(group);
        }
    }
}
