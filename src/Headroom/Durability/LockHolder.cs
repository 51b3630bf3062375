using System.Globalization;
using System.Text;

namespace Headroom.Durability;

/// <summary>What a lock file says of its holder: <c>generation 7</c> and <c>holder</c> with 32 hexadecimal digits, a line each.</summary>
/// <param name="Generation">Which one, from 1.</param>
/// <param name="Id">Tells two of the same number apart, after somebody removed the file.</param>
internal readonly record struct LockHolder(long Generation, Guid Id)
{
    /// <summary>More than the longest.</summary>
    public const int MaxBytes = 128;

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"generation {Generation}\nholder {Id:N}\n"));

    /// <returns>Null for anything else: an empty file, for one.</returns>
    public static LockHolder? Parse(ReadOnlySpan<byte> bytes) =>
        Encoding.ASCII.GetString(bytes).Split('\n') is [var first, var second, ..]
        && first.Split(' ') is ["generation", var number]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
        && second.Split(' ') is ["holder", var id]
        && Guid.TryParseExact(id, "N", out var holder)
            ? new LockHolder(generation, holder)
            : null;
}
