using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Headroom.Durability;

/// <summary>CRC-32C (RFC 3720, appendix B.4): processors compute eight bytes of it in one instruction.</summary>
public static class Crc32C
{
    /// <summary>Computes it.</summary>
    /// <param name="data">What to cover.</param>
    /// <param name="seed">The checksum of what comes before it.</param>
    public static uint Compute(ReadOnlySpan<byte> data, uint seed = 0)
    {
        var crc = ~seed;
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (ref readonly var word in words)
            crc = BitOperations.Crc32C(crc, Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ulong, byte>(ref Unsafe.AsRef(in word))));
        foreach (var last in data[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, last);
        return ~crc;
    }
}
