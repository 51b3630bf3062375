using System.Buffers.Text;

namespace Headroom.Limits;

/// <summary>Reads the kernel's small text files (/proc, cgroups) without allocating: they are read at every sample.</summary>
internal readonly struct KernelFile(string path)
{
    /// <summary>Reads the whole file.</summary>
    /// <returns>False where it can't be read; longer files are cut at the buffer's end.</returns>
    public bool TryRead(Span<byte> buffer, out ReadOnlySpan<byte> text)
    {
        text = default;
        try
        {
            using var handle = File.OpenHandle(path);
            var length = 0;
            while (length < buffer.Length && RandomAccess.Read(handle, buffer[length..], length) is var read and > 0)
                length += read;
            text = buffer[..length];
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads a file that holds one number.</summary>
    public long? ReadNumber()
    {
        Span<byte> buffer = stackalloc byte[64];
        return TryRead(buffer, out var text) && Utf8Parser.TryParse(text, out long value, out _) ? value : null;
    }

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
}
