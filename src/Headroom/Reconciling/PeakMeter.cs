using Headroom.Limits;

namespace Headroom.Reconciling;

/// <summary>
/// The most memory that this process held between two moments. Writing 5 to /proc/self/clear_refs sets the peak of the
/// resident set (VmHWM) back to what is resident now (proc_pid_clear_refs(5), Linux 4.0): about 40 µs for both ends
/// together. It is the process's only peak: who reads it for the process's whole life sees it set back.
/// </summary>
internal sealed class PeakMeter(string root)
{
    private readonly string _reset = Path.Join(root, "proc/self/clear_refs");
    private readonly string _status = Path.Join(root, "proc/self/status");
    private bool _unsupported = !OperatingSystem.IsLinux();
    private long _resident;
    private long _file;

    /// <summary>Sets the peak back.</summary>
    /// <returns>False where the kernel can't or won't, then and ever after.</returns>
    public bool TryBegin()
    {
        if (_unsupported)
            return false;
        try
        {
            using var handle = File.OpenHandle(_reset, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(handle, "5"u8, 0);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _unsupported = true;
            return false;
        }
        using var file = new KernelFile(_status);
        Span<byte> buffer = stackalloc byte[4096];
        if (!file.TryRead(buffer, out var status))
            return false;
        _file = Kilobytes(status, "RssFile:"u8);
        _resident = Kilobytes(status, "RssAnon:"u8) + _file + Kilobytes(status, "RssShmem:"u8);
        return true;
    }

    /// <summary>
    /// How far the peak is above the beginning, in bytes, without the file pages that came to stay: code and weights that
    /// were read for the first time are nobody's work.
    /// </summary>
    public long? End()
    {
        using var file = new KernelFile(_status);
        Span<byte> buffer = stackalloc byte[4096];
        if (!file.TryRead(buffer, out var status) || !KernelFile.TryGet(status, "VmHWM:"u8, out var peak))
            return null;
        return Math.Max(0, peak * 1024 - _resident - Math.Max(0, Kilobytes(status, "RssFile:"u8) - _file));
    }

    private static long Kilobytes(ReadOnlySpan<byte> status, ReadOnlySpan<byte> key) => KernelFile.Get(status, key) * 1024;
}
