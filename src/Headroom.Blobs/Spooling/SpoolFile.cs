using Headroom.Blobs.Files;
using Headroom.Budget;

namespace Headroom.Blobs.Spooling;

/// <summary>A leased file of the <see cref="Spool"/>; deleted, and its bytes given back, when it is disposed.</summary>
public sealed class SpoolFile : IDisposable
{
    private readonly ScratchFile _file;
    private readonly WriteBuffers _buffers;
    private readonly Flusher _flusher;
    private readonly MemoryLease _lease;

    internal SpoolFile(ScratchFile file, WriteBuffers buffers, Flusher flusher, MemoryLease lease) =>
        (_file, _buffers, _flusher, _lease) = (file, buffers, flusher, lease);

    /// <summary>Where it is, for messages.</summary>
    public string Name => _file.Name;

    /// <summary>Writes the file from a position on. Dispose it before this.</summary>
    public StretchWriter OpenWriter(long position) => _buffers.Open(_file.Handle, position);

    /// <summary>Writes what a writer still has in memory. Nothing becomes durable: who needs the file sends it again.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public async Task FinishAsync(StretchWriter writer)
    {
        await writer.SettleAsync().ConfigureAwait(false);
        await _flusher.RunAsync(writer.Finish, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>A seekable stream over a section; it must not outlive this.</summary>
    public Stream OpenRead(long start, long length) => new FileSection(_file.Handle, start, length);

    /// <summary>Deletes the file and gives its bytes back. May be called more than once.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _lease.Dispose();
    }
}
