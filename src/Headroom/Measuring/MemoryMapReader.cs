using System.Buffers;
using System.Buffers.Text;

namespace Headroom.Measuring;

/// <summary>
/// Sums /proc/self/smaps (proc_pid_smaps(5)) by what the mappings are. It runs only when somebody asks where the memory
/// is, for the kernel walks every page table for it: a few milliseconds.
/// </summary>
internal sealed class MemoryMapReader(string path = "/proc/self/smaps")
{
    /// <summary>glibc reserves so much for each heap of an arena, at an address that is a multiple of it (HEAP_MAX_SIZE on 64 bits).</summary>
    private const ulong ArenaReserve = 64 << 20;

    private Kind _kind;
    private ulong _arenaStart;
    private ulong _arenaEnd;
    private long _arenaCandidate;

    private enum Kind
    {
        Other,
        Heap,
        File,
        Code,
        ArenaCandidate,
    }

    /// <summary>Private pages of shared libraries and assemblies: relocations, static data.</summary>
    public long LibraryData { get; private set; }

    /// <summary>The runtime's executable memory: compiled code and stubs (memfd:doublemapper).</summary>
    public long CompiledCode { get; private set; }

    /// <summary>The C library's main heap, private pages.</summary>
    public long MainHeap { get; private set; }

    /// <summary>The C library's other heaps, private pages.</summary>
    public long Arenas { get; private set; }

    /// <summary>The address space in use of the main heap and of the other heaps that were found.</summary>
    public long HeapsFound { get; private set; }

    /// <summary>Reads and sums; everything stays zero where there is no such file.</summary>
    public MemoryMapReader Read()
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            Read(stream);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or hidden from this process: what is not known stays unexplained.
        }
        return this;
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
        // A mapping's own line starts with its address; the figures below it start with their names.
        if (!line.IsEmpty && line[0] is (>= (byte)'a' and <= (byte)'f') or (>= (byte)'0' and <= (byte)'9'))
            Mapping(line);
        else if (line.StartsWith("Anonymous:"u8))
            Anonymous(Kilobytes(line["Anonymous:"u8.Length..]));
        else if (_kind == Kind.Code && line.StartsWith("Rss:"u8))
            CompiledCode += Kilobytes(line["Rss:"u8.Length..]);
    }

    private void Mapping(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line, out ulong start, out var used, 'x') || !Utf8Parser.TryParse(line[(used + 1)..], out ulong end, out var more, 'x'))
            return;
        var access = line[(used + more + 2)..];
        EndCandidate(start, end, access);
        var slash = line.IndexOf((byte)'/');
        _kind = line.EndsWith("[heap]"u8) ? Kind.Heap
            : slash >= 0 ? line[slash..].StartsWith("/memfd:doublemapper"u8) ? Kind.Code : Kind.File
            : access.StartsWith("rw-p"u8) && start % ArenaReserve == 0 ? Kind.ArenaCandidate
            : Kind.Other;
        if (_kind == Kind.Heap)
            HeapsFound += (long)(end - start);
        (_arenaStart, _arenaEnd, _arenaCandidate) = (start, end, 0);
    }

    /// <summary>
    /// The other heaps have no name. What tells them is that the part in use, at the start of the reserve, is followed by
    /// the rest of it without access. One that is used to its end has no such rest, and its neighbours may be joined to it.
    /// </summary>
    private void EndCandidate(ulong start, ulong end, ReadOnlySpan<byte> access)
    {
        if (_kind == Kind.ArenaCandidate && start == _arenaEnd && end == _arenaStart + ArenaReserve && access.StartsWith("---p"u8))
            (Arenas, HeapsFound) = (Arenas + _arenaCandidate, HeapsFound + (long)(_arenaEnd - _arenaStart));
    }

    private void Anonymous(long bytes)
    {
        if (_kind == Kind.Heap)
            MainHeap += bytes;
        else if (_kind == Kind.File)
            LibraryData += bytes;
        else if (_kind == Kind.ArenaCandidate)
            _arenaCandidate = bytes;
    }

    private static long Kilobytes(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text.TrimStart((byte)' '), out long value, out _) ? value * 1024 : 0;
}
