using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Data.Blobs.Files;

/// <summary>
/// Has what is written to a file sent to the device while more comes. Left alone, the kernel keeps it in memory until it
/// is synced, and memory that is not on the device yet can't be taken back: a hundred parts of 8 MB would be 800. One writer at a time.
/// </summary>
/// <remarks>sync_file_range(2). It makes nothing durable; that is left to fsync. Where there is no such call nothing is done.</remarks>
internal sealed partial class WriteBehind(SafeFileHandle file, Flusher flusher)
{
    /// <summary>What is not on the device of one file at most: a stretch that is being sent, and one that is being filled.</summary>
    public const long MaxBytes = 2 * StretchBytes;

    private const long StretchBytes = 256 * 1024;

    // Wait for what is on its way already, begin what is not, wait for it.
    private const uint WaitBefore = 1, Write = 2, WaitAfter = 4;

    private Task _sending = Task.CompletedTask;
    private long _from;
    private long _end;

    /// <summary>Bytes were written to the file.</summary>
    /// <exception cref="IOException">The device failed with earlier ones.</exception>
    public async ValueTask AddAsync(long position, int length)
    {
        if (position != _end)
        {
            await SendAsync().ConfigureAwait(false);
            _from = position;
        }
        _end = position + length;
        if (_end - _from >= StretchBytes)
            await SendAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for what is being sent: its errors are told once only, and fsync would not know them.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public Task SettleAsync() => _sending;

    private async ValueTask SendAsync()
    {
        if (_end == _from || !OperatingSystem.IsLinux())
            return;
        await _sending.ConfigureAwait(false);
        var (from, length) = (_from, _end - _from);
        _from = _end;
        _sending = flusher.RunAsync(() => Send(from, length), CancellationToken.None);
    }

    private void Send(long from, long length)
    {
        if (SyncFileRange(file, from, length, WaitBefore | Write | WaitAfter) != 0)
            throw new IOException($"The device took no more of the file: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);
}
