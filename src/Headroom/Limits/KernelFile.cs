using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Limits;

/// <summary>
/// Reads one of the kernel's small text files (/proc, cgroups) again and again without allocating. It stays open: each
/// read from its start makes the kernel write it anew. Thread-safe.
/// </summary>
internal sealed class KernelFile(string path) : IDisposable
{
    private SafeFileHandle? _handle;

    /// <summary>Reads the whole file.</summary>
    /// <returns>False where it can't be read; longer files are cut at the buffer's end.</returns>
    public bool TryRead(Span<byte> buffer, out ReadOnlySpan<byte> text)
    {
        text = default;
        try
        {
            if (Open() is not { } handle)
                return false;
            var length = 0;
            while (length < buffer.Length && RandomAccess.Read(handle, buffer[length..], length) is var read and > 0)
                length += read;
            text = buffer[..length];
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A cgroup that was removed stays unreadable, also when one of the same name is made later.
            Dispose();
            return false;
        }
    }

    /// <summary>Reads a file that holds one number.</summary>
    /// <returns>Null where it can't be read or says something else, for example «max».</returns>
    public long? ReadNumber()
    {
        Span<byte> buffer = stackalloc byte[64];
        return TryRead(buffer, out var text) && Utf8Parser.TryParse(text, out long value, out var used) && text[used..].Trim(" \n"u8).IsEmpty ? value : null;
    }

    /// <summary>Closes it; the next read opens it again.</summary>
    public void Dispose() => Interlocked.Exchange(ref _handle, null)?.Dispose();

    /// <summary>Finds «key value» at a line's start.</summary>
    public static bool TryGet(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, out long value)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            if (line.StartsWith(key) && line.Length > key.Length && line[key.Length] is (byte)' ' or (byte)'\t')
                return Utf8Parser.TryParse(line[key.Length..].TrimStart(" \t"u8), out value, out _);
            text = end < 0 ? default : text[(end + 1)..];
        }
        value = 0;
        return false;
    }

    /// <summary>Finds «key value», or zero where this kernel does not have the key.</summary>
    public static long Get(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key) => TryGet(text, key, out var value) ? value : 0;

    private SafeFileHandle? Open()
    {
        if (Volatile.Read(ref _handle) is { } open)
            return open;
        if (!File.Exists(path))
            return null;
        var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        if (Interlocked.CompareExchange(ref _handle, handle, null) is not { } other)
            return handle;
        handle.Dispose();
        return other;
    }
}
