using Headroom.Blobs.Files;
using Headroom.Budget;

namespace Headroom.Blobs.Spooling;

/// <summary>A leased file of the <see cref="Spool"/>; deleted, and its bytes given back, when it is disposed.</summary>
internal sealed class SpoolFile(ScratchFile file, WriteBuffers buffers, Flusher flusher, MemoryLease lease) : IDisposable
{
    /// <summary>Where it is, for messages.</summary>
    public string Name => file.Name;

    /// <summary>Writes the file from a position on. Dispose it before this.</summary>
    public StretchWriter OpenWriter(long position) => buffers.Open(file.Handle, position);

    /// <summary>Writes what a writer still has in memory.</summary>
    public async Task FinishAsync(StretchWriter writer)
    {
        await writer.SettleAsync().ConfigureAwait(false);
        await flusher.RunAsync(writer.Finish, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>A seekable stream over a section; it must not outlive this.</summary>
    public FileSection OpenRead(long start, long length) => new(file.Handle, start, length);

    public void Dispose()
    {
        file.Dispose();
        lease.Dispose();
    }
}
