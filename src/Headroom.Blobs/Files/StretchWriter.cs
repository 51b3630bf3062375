using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Blobs.Files;

/// <summary>
/// Writes a file from one position on, without end and in bounded memory: one stretch is filled while the one before is on
/// its way to the device. Not thread-safe.
/// </summary>
/// <remarks>
/// Where the file system can, stretches go past the page cache. Elsewhere each is sent on at once with sync_file_range(2),
/// for pages that are not on the device yet can't be taken back: a hundred parts of 8 MB would be 800. Neither makes anything
/// durable; that is left to fsync.
/// </remarks>
public sealed partial class StretchWriter : IAsyncDisposable
{
    /// <summary>The most that <see cref="GetMemory"/> gives: an encrypted segment of 64 KiB, and some.</summary>
    public const int MaxPieceBytes = 68 * 1024;

    // Wait for what is on its way already, begin what is not, wait for it.
    private const uint WaitBefore = 1, Write = 2, WaitAfter = 4;

    private readonly SafeFileHandle _file;
    private readonly WriteBuffers _buffers;

    private IMemoryOwner<byte>? _buffer;
    private bool _hasStretches;
    private Task _sending = Task.CompletedTask;
    private bool _isDirect;

    // The stretch that is filled: where it begins in the buffer and in the file, and how much of it is there.
    private int _start;
    private int _filled;
    private long _position;

    /// <param name="file">The file; stays open.</param>
    /// <param name="position">Where to begin; for direct writes a multiple of <see cref="DirectWrites.BlockBytes"/>.</param>
    /// <param name="buffers">The memory to write from.</param>
    internal StretchWriter(SafeFileHandle file, long position, WriteBuffers buffers) => (_file, _position, _buffers) = (file, position, buffers);

    /// <summary>Space for the next bytes, valid until <see cref="AdvanceAsync"/> or <see cref="Finish"/>.</summary>
    /// <param name="count">How many bytes, 1 to <see cref="MaxPieceBytes"/>.</param>
    public Memory<byte> GetMemory(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxPieceBytes);
        return (_buffer ??= _buffers.RentFirst()).Memory.Slice(_start + _filled, count);
    }

    /// <summary>Takes what was written to the space. Waits for the device when both stretches are full.</summary>
    /// <exception cref="IOException">The device failed with earlier bytes.</exception>
    public ValueTask AdvanceAsync(int count)
    {
        _filled += count;
        if (!_hasStretches && _filled > MaxPieceBytes)
            TakeStretches();
        return HasRoom ? ValueTask.CompletedTask : MakeRoomAsync();
    }

    /// <summary>Waits for what is on its way.</summary>
    /// <exception cref="IOException">The device failed. It says so once only: fsync would not know.</exception>
    public Task SettleAsync() => _sending;

    /// <summary>Writes what is left and gives the buffer back; after <see cref="SettleAsync"/>. Blocks: call it where that is allowed.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public void Finish()
    {
        if (_buffer is null)
            return;
        ReadOnlySpan<byte> rest = _buffer.Memory.Span.Slice(_start, _filled);
        if (_isDirect)
        {
            var blocks = rest.Length / DirectWrites.BlockBytes * DirectWrites.BlockBytes;
            if (blocks > 0)
                RandomAccess.Write(_file, rest[..blocks], _position);
            // No device takes a part of a block.
            DirectWrites.Set(_file, _isDirect = false);
            rest = rest[blocks..];
            _position += blocks;
        }
        RandomAccess.Write(_file, rest, _position);
        Release();
    }

    /// <summary>Gives the buffer back, once the device is done with it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Release();
    }

    /// <summary>
    /// Whether another piece fits: the stretch is not full, and no piece can run over the first one's end while the second
    /// one is on its way.
    /// </summary>
    private bool HasRoom => _filled < _buffers.Stretch && (_start > 0 || _filled + MaxPieceBytes <= _buffers.Stretch || _sending.IsCompletedSuccessfully);

    private void TakeStretches()
    {
        var stretches = _buffers.RentStretches();
        _buffer!.Memory[.._filled].CopyTo(stretches.Memory);
        _buffer.Dispose();
        (_buffer, _hasStretches) = (stretches, true);
    }

    private async ValueTask MakeRoomAsync()
    {
        while (!HasRoom)
        {
            await _sending.ConfigureAwait(false);
            if (_filled >= _buffers.Stretch)
                SendStretch();
        }
    }

    /// <summary>Sends the full stretch and goes on with the other one, which has been sent before.</summary>
    private void SendStretch()
    {
        var (from, at) = (_start, _position);
        (_position, _filled) = (_position + _buffers.Stretch, _filled - _buffers.Stretch);
        _start = from == 0 ? _buffers.Stretch : 0;
        if (from > 0)
            _buffer!.Memory.Slice(2 * _buffers.Stretch, _filled).CopyTo(_buffer.Memory);
        _sending = _buffers.Flusher.RunAsync(() => Send(from, at), CancellationToken.None);
    }

    private void Send(int from, long at)
    {
        if (_buffers.Direct && !_isDirect)
            DirectWrites.Set(_file, _isDirect = true);
        RandomAccess.Write(_file, _buffer!.Memory.Span.Slice(from, _buffers.Stretch), at);
        if (!_buffers.Direct && OperatingSystem.IsLinux() && SyncFileRange(_file, at, _buffers.Stretch, WaitBefore | Write | WaitAfter) != 0)
            throw new IOException($"The device took no more of the file: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    private void Release()
    {
        _buffer?.Dispose();
        _buffer = null;
        _filled = 0;
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);
}
