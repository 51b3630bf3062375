using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Headroom;

/// <summary>
/// A number of bytes. Multiples are powers of 1,024, as instance sizes are sold and cgroups count:
/// «512 MB» and «512 MiB» both are 536,870,912 bytes.
/// </summary>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    private const long Kilo = 1024;
    private const long Mega = Kilo * 1024;
    private const long Giga = Mega * 1024;

    /// <summary>No bytes at all.</summary>
    public static ByteSize Zero => default;

    /// <summary>The size in units of 1,048,576 bytes.</summary>
    public double Megabytes => (double)Bytes / Mega;

    /// <summary>A size of <paramref name="value"/> × 1,024 bytes.</summary>
    public static ByteSize FromKilobytes(double value) => new(checked((long)(value * Kilo)));

    /// <summary>A size of <paramref name="value"/> × 1,048,576 bytes.</summary>
    public static ByteSize FromMegabytes(double value) => new(checked((long)(value * Mega)));

    /// <summary>Reads «536870912», «512MB», «512 MiB», «1.5g»: a number that is not negative and a unit (B, K, M or G; iB and B may follow).</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static ByteSize Parse(string text) =>
        TryParse(text, out var size)
            ? size
            : throw new FormatException($"'{text}' is not a size. Write a number and a unit, for example 512MB, 1.5GB or 536870912.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse([NotNullWhen(true)] string? text, out ByteSize size)
    {
        size = default;
        var span = text.AsSpan().Trim();
        var digits = span.LastIndexOfAnyInRange('0', '9') + 1;
        if (Unit(span[digits..].Trim()) is not { } unit)
            return false;
        if (!decimal.TryParse(span[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > (decimal)long.MaxValue / unit)
            return false;
        size = new ByteSize((long)(number * unit));
        return true;
    }

    private static long? Unit(ReadOnlySpan<char> unit) => unit switch
    {
        "" or "b" or "B" => 1,
        _ when Is(unit, 'k') => Kilo,
        _ when Is(unit, 'm') => Mega,
        _ when Is(unit, 'g') => Giga,
        _ => null,
    };

    private static bool Is(ReadOnlySpan<char> unit, char letter) =>
        char.ToLowerInvariant(unit[0]) == letter
        && (unit[1..].IsEmpty || unit[1..].Equals("b", StringComparison.OrdinalIgnoreCase) || unit[1..].Equals("ib", StringComparison.OrdinalIgnoreCase));

    /// <summary>The sum; an overflow throws.</summary>
    public static ByteSize operator +(ByteSize left, ByteSize right) => new(checked(left.Bytes + right.Bytes));

    /// <summary>The difference; it may be negative.</summary>
    public static ByteSize operator -(ByteSize left, ByteSize right) => new(checked(left.Bytes - right.Bytes));

    /// <summary>A multiple; an overflow throws.</summary>
    public static ByteSize operator *(ByteSize size, double factor) => new(checked((long)(size.Bytes * factor)));

    /// <summary>Whether left is smaller.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Whether left is larger.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Whether left is smaller or the same.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Whether left is larger or the same.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;

    /// <summary>The smaller of two.</summary>
    public static ByteSize Min(ByteSize left, ByteSize right) => left < right ? left : right;

    /// <summary>The larger of two.</summary>
    public static ByteSize Max(ByteSize left, ByteSize right) => left > right ? left : right;

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The size in the largest unit that leaves a number of at least one: «512.0 MB».</summary>
    public override string ToString() => Math.Abs((double)Bytes) switch
    {
        >= Giga => string.Create(CultureInfo.InvariantCulture, $"{(double)Bytes / Giga:0.00} GB"),
        >= Mega => string.Create(CultureInfo.InvariantCulture, $"{Megabytes:0.0} MB"),
        >= Kilo => string.Create(CultureInfo.InvariantCulture, $"{(double)Bytes / Kilo:0.0} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Bytes} B"),
    };
}
