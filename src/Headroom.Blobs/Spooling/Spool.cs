using Headroom.Blobs.Files;
using Headroom.Budget;

namespace Headroom.Blobs.Spooling;

/// <summary>
/// Bounded disk for what is on its way to a store: a retry sends it again from here. Who writes leases bytes first, in
/// the order of arrival, and gives them back when the store has them. Thread-safe.
/// </summary>
public sealed class Spool : IDisposable
{
    private readonly Flusher _flusher = new();
    private readonly WriteBuffers _buffers;
    private readonly ScratchFolder _folder;
    private readonly BudgetPool _bytes;

    /// <summary>Opens the spool. What a process that was killed left in the folder goes.</summary>
    /// <exception cref="BlobException">The folder is in memory, in use by another process, holds something else, or can't be written.</exception>
    public Spool(SpoolOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KeepFree, ByteSize.Zero, nameof(options));
        // The ledger that counts memory counts a disk's bytes as well.
        _bytes = new MemoryBudget(options.Capacity, timeProvider).AddPool(
            new BudgetPoolOptions("spool", options.Capacity) { MaxWaiting = options.MaxWaiting, MaxWait = options.MaxWait });
        _folder = new ScratchFolder(Path.GetFullPath(options.Folder), options.KeepFree, options.AllowMemory);
        // It is read again at once: the page cache is where it should be.
        _buffers = new WriteBuffers(direct: false, _flusher);
    }

    /// <summary>The most memory that writing one file takes, in bytes; what is on its way to the device counts.</summary>
    public static long WriterBytes => WriteBuffers.MostBytes;

    /// <summary>What is kept to write the next files from, at most, in bytes.</summary>
    public static long RetainedBytes => WriteBuffers.Retained.Bytes;

    /// <summary>Refuses what opening the spool would refuse, a folder in memory, and makes nothing: to be asked before the start.</summary>
    /// <exception cref="BlobException">The folder is in memory.</exception>
    public static void RequireDisk(SpoolOptions options)
    {
        if (!options.AllowMemory)
            MemoryFileSystem.Refuse(Path.GetFullPath(options.Folder));
    }

    /// <summary>Memory that is held now to write files from, in bytes.</summary>
    public long HeldBytes => _buffers.Bytes;

    /// <summary>What is leased, who waits: bytes of disk, not of memory.</summary>
    public BudgetPoolStatus GetStatus() => _bytes.GetStatus();

    /// <summary>Lets another process have the folder. Its writers must be disposed before.</summary>
    public void Dispose()
    {
        _folder.Dispose();
        _buffers.Dispose();
        _flusher.Dispose();
    }

    /// <summary>Makes a file, in the order of arrival, once there is room for it.</summary>
    /// <param name="maxBytes">The most that will be in it, at least 1. This much disk is set aside.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="BlobException">
    /// <see cref="BlobProblem.TooLarge"/>: the spool is too small for it. <see cref="BlobProblem.Full"/>: it has no room,
    /// or the disk has none.
    /// </exception>
    public async Task<SpoolFile> OpenAsync(long maxBytes, CancellationToken cancellationToken)
    {
        var lease = await LeaseAsync(maxBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return new SpoolFile(_folder.CreateFile(maxBytes), _buffers, _flusher, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private async ValueTask<MemoryLease> LeaseAsync(long bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await _bytes.AcquireAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (MemoryLeaseRefusedException refused) when (refused.Reason == LeaseRefusal.TooLarge)
        {
            throw new BlobException(
                BlobProblem.TooLarge, $"A part of {bytes} bytes can't be spooled: the spool has {_bytes.Cap}. Make it larger, or the parts smaller.", refused);
        }
        catch (MemoryLeaseRefusedException refused)
        {
            throw new BlobException(
                BlobProblem.Full,
                $"The spool of {_bytes.Cap} is full: the store takes parts more slowly than they come. Try again later, or make it larger.",
                refused)
            {
                RetryAfter = refused.RetryAfter,
            };
        }
    }
}
