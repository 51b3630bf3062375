using Headroom.Budget;
using Headroom.Data.Blobs.Files;

namespace Headroom.Data.Blobs.S3;

/// <summary>A leased file of the <see cref="Spool"/>; deleted, and its bytes given back, when it is disposed.</summary>
internal sealed class SpoolFile(ScratchFile file, MemoryLease lease) : IDisposable
{
    public ValueTask WriteAsync(long position, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        file.WriteAsync(position, content, cancellationToken);

    /// <summary>A seekable stream over a section; it must not outlive this.</summary>
    public FileSection OpenRead(long start, long length) => new(file.Handle, start, length);

    public void Dispose()
    {
        file.Dispose();
        lease.Dispose();
    }
}
