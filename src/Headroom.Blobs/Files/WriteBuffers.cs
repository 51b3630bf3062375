using System.Buffers;
using Headroom.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Blobs.Files;

/// <summary>
/// The memory that files are written from, and writers over it. Bounded for each writer; how many there are is the callers'
/// to bound. Thread-safe.
/// </summary>
/// <param name="direct">Whether to write past the page cache.</param>
/// <param name="flusher">Waits for the device.</param>
internal sealed class WriteBuffers(bool direct, Flusher flusher) : IDisposable
{
    private const int DirectStretch = 256 * 1024;

    // What goes through the page cache is there once more until the device has it.
    private const int CachedStretch = 128 * 1024;

    private const int Kept = 4;

    private readonly PageBuffers _first = new(2 * StretchWriter.MaxPieceBytes, Kept);
    private readonly PageBuffers _stretches = new((2 * (direct ? DirectStretch : CachedStretch)) + StretchWriter.MaxPieceBytes, Kept);

    /// <summary>What a writer holds at most, in bytes: its buffer, and what of the file is in the page cache and not on the device yet.</summary>
    public static long MostBytes { get; } = Math.Max((2 * DirectStretch) + StretchWriter.MaxPieceBytes, (3 * CachedStretch) + StretchWriter.MaxPieceBytes);

    /// <summary>What is kept for reuse at most.</summary>
    public static ByteSize Retained { get; } = new(Kept * ((2L * DirectStretch) + (3 * StretchWriter.MaxPieceBytes)));

    /// <summary>What all buffers hold now, in use or kept, in bytes.</summary>
    public long Bytes => _first.Bytes + _stretches.Bytes;

    /// <summary>Whether stretches go past the page cache.</summary>
    public bool Direct => direct;

    /// <summary>Bytes of a stretch; a multiple of <see cref="DirectWrites.BlockBytes"/>.</summary>
    public int Stretch { get; } = direct ? DirectStretch : CachedStretch;

    /// <summary>Waits for the device.</summary>
    public Flusher Flusher => flusher;

    /// <summary>A writer of a stretch of a file.</summary>
    /// <param name="file">The file; stays open.</param>
    /// <param name="position">Where to begin; for direct writes a multiple of <see cref="DirectWrites.BlockBytes"/>.</param>
    public StretchWriter Open(SafeFileHandle file, long position) => new(file, position, this);

    /// <summary>Room for two pieces: a small file needs no more, and a slow sender not yet.</summary>
    public IMemoryOwner<byte> RentFirst() => _first.Rent();

    /// <summary>Room for two stretches, and for a piece that begins in the second and ends behind it.</summary>
    public IMemoryOwner<byte> RentStretches() => _stretches.Rent();

    /// <summary>Frees what is kept. Buffers of writers are freed when those are disposed.</summary>
    public void Dispose()
    {
        _first.Dispose();
        _stretches.Dispose();
    }
}
