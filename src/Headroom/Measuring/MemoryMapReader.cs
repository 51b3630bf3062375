using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Headroom.Measuring;

/// <summary>
/// Sums /proc/self/smaps (proc_pid_smaps(5)) by what the mappings are. It runs only when somebody asks where the memory
/// is, for the kernel walks every page table for it: a few milliseconds.
/// </summary>
internal sealed class MemoryMapReader(string path = "/proc/self/smaps")
{
    /// <summary>Private pages of the garbage collector's range.</summary>
    public long ManagedHeap { get; private set; }

    /// <summary>Private pages of shared libraries and assemblies: relocations, static data.</summary>
    public long LibraryData { get; private set; }

    /// <summary>The runtime's executable memory: compiled code and stubs (memfd:doublemapper).</summary>
    public long CompiledCode { get; private set; }

    /// <summary>The C library's main heap, private pages.</summary>
    public long MainHeap { get; private set; }

    /// <summary>The main heap's address space, touched or not.</summary>
    public long MainHeapSize { get; private set; }

    // The collector reserves one contiguous range; the kernel shows it as a run of adjacent anonymous mappings.
    private ulong _runEnd;
    private long _runBytes;
    private bool _runHoldsObject;

    private ulong _probe;
    private bool _anonymous;
    private bool _code;
    private bool _heap;

    /// <summary>Reads and sums; false where there is no such file.</summary>
    public unsafe bool TryRead()
    {
        // Any object lies in the collector's range. Its address is only compared, never followed.
        var probe = new object();
        _probe = *(ulong*)Unsafe.AsPointer(ref probe);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            Read(stream);
            EndRun();
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Read(FileStream stream)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            var held = 0;
            while (stream.Read(buffer.AsSpan(held)) is var read and > 0)
            {
                held += read;
                var rest = buffer.AsSpan(0, held);
                while (rest.IndexOf((byte)'\n') is var end and >= 0)
                {
                    Line(rest[..end]);
                    rest = rest[(end + 1)..];
                }
                held = rest.Length;
                rest.CopyTo(buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] is >= (byte)'a' and <= (byte)'f' or >= (byte)'0' and <= (byte)'9')
            Header(line);
        else if (line.StartsWith("Anonymous:"u8))
            Anonymous(Kilobytes(line["Anonymous:"u8.Length..]));
        else if (_code && line.StartsWith("Rss:"u8))
            CompiledCode += Kilobytes(line["Rss:"u8.Length..]);
    }

    private void Header(ReadOnlySpan<byte> line)
    {
        // 7f00-7f10 rw-p 00000000 00:00 0    /path or nothing
        if (!Utf8Parser.TryParse(line, out ulong start, out var used, 'x') || !Utf8Parser.TryParse(line[(used + 1)..], out ulong end, out _, 'x'))
            return;
        var slash = line.IndexOf((byte)'/');
        _anonymous = slash < 0 && line.IndexOf((byte)'[') < 0;
        _code = slash >= 0 && line[slash..].StartsWith("/memfd:doublemapper"u8);
        _heap = line.EndsWith("[heap]"u8);
        if (_heap)
            MainHeapSize += (long)(end - start);
        if (!_anonymous || start != _runEnd)
            EndRun();
        _runEnd = end;
        _runHoldsObject |= _probe >= start && _probe < end;
    }

    private void Anonymous(long bytes)
    {
        if (_anonymous)
            _runBytes += bytes;
        else if (_heap)
            MainHeap += bytes;
        else if (!_code)
            LibraryData += bytes;
    }

    private void EndRun()
    {
        if (_runHoldsObject)
            ManagedHeap += _runBytes;
        (_runBytes, _runHoldsObject, _runEnd) = (0, false, 0);
    }

    private static long Kilobytes(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text.TrimStart((byte)' '), out long value, out _) ? value * 1024 : 0;
}
