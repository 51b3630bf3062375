using FsCheck.Fluent;

namespace Headroom.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("536870912", 536_870_912)]
    [InlineData("17b", 17)]
    [InlineData("512MB", 536_870_912)]
    [InlineData("512 MiB", 536_870_912)]
    [InlineData("  512mb ", 536_870_912)]
    [InlineData("512M", 536_870_912)]
    [InlineData("1.5g", 1_610_612_736)]
    [InlineData(".5K", 512)]
    [InlineData("64KiB", 65_536)]
    [InlineData("9007199254740993", 9_007_199_254_740_993)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_number_with_a_unit_is_read(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size));
        Assert.Equal(bytes, size.Bytes);
        Assert.Equal(size, ByteSize.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("MB")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1e9")]
    [InlineData("1,5G")]
    [InlineData("1.2.3")]
    [InlineData("5.")]
    [InlineData("512 M B")]
    [InlineData("512 TB")]
    [InlineData("512 MBs")]
    [InlineData("512Mi")]
    [InlineData("max")]
    [InlineData("NaN")]
    [InlineData("0x10")]
    [InlineData("9223372036854775808")]
    [InlineData("8589934592G")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("79228162514264337593543950335G")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(ByteSize.TryParse(text, out var size));
        Assert.Equal(ByteSize.Zero, size);
        Assert.Contains("512MB", Assert.Throws<FormatException>(() => ByteSize.Parse(text!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_number_of_bytes_reads_back_exactly() =>
        Properties.Hold(Sizes(), bytes => ByteSize.Parse($"{bytes}") == new ByteSize(bytes) && ByteSize.Parse($"{bytes} B") == new ByteSize(bytes));

    [Fact]
    public void Whole_multiples_read_back_exactly() =>
        Properties.Hold(Gen.Choose(0, int.MaxValue), n =>
            ByteSize.Parse($"{n}K") == new ByteSize(n * 1024L)
            && ByteSize.Parse($"{n} MB") == new ByteSize(n * 1024L * 1024)
            && ByteSize.Parse($"{n} GiB") == new ByteSize(n * 1024L * 1024 * 1024));

    [Fact]
    public void What_is_shown_reads_back_within_the_digits_shown() =>
        Properties.Hold(Sizes(), bytes =>
        {
            var back = ByteSize.Parse(new ByteSize(bytes).ToString()).Bytes;
            return bytes < 1024 ? back == bytes : Math.Abs((double)back - bytes) <= bytes * 0.06;
        });

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KB")]
    [InlineData(536_870_912, "512.0 MB")]
    [InlineData(1_610_612_736, "1.50 GB")]
    [InlineData(-1_048_576, "-1.0 MB")]
    [InlineData(long.MinValue, "-8589934592.00 GB")]
    public void A_size_is_shown_in_the_largest_unit_that_fits(long bytes, string text) => Assert.Equal(text, new ByteSize(bytes).ToString());

    [Fact]
    public void Sizes_order_and_add_like_their_bytes() =>
        Properties.Hold(Sizes().Select(b => b / 2).Two(), pair =>
        {
            var (a, b) = (new ByteSize(pair.Item1), new ByteSize(pair.Item2));
            return a + b - b == a
                && a.CompareTo(b) == a.Bytes.CompareTo(b.Bytes)
                && a < b == a.Bytes < b.Bytes && a > b == a.Bytes > b.Bytes
                && a <= b == a.Bytes <= b.Bytes && a >= b == a.Bytes >= b.Bytes
                && ByteSize.Min(a, b).Bytes == Math.Min(a.Bytes, b.Bytes) && ByteSize.Max(a, b).Bytes == Math.Max(a.Bytes, b.Bytes);
        });

    [Fact]
    public void Overflow_throws_instead_of_wrapping_around()
    {
        var huge = new ByteSize(long.MaxValue);
        Assert.Throws<OverflowException>(() => huge + new ByteSize(1));
        Assert.Throws<OverflowException>(() => huge * 2);
        Assert.Throws<OverflowException>(() => ByteSize.FromMegabytes(1e18));
    }

    /// <summary>Every magnitude alike: a number of 0 to 63 bits.</summary>
    private static FsCheck.Gen<long> Sizes() =>
        from bits in Gen.Choose(1, 63)
        from low in Gen.Choose(0, int.MaxValue)
        from high in Gen.Choose(0, int.MaxValue)
        select (((long)high << 32) | (uint)low) & (long)(ulong.MaxValue >> (64 - bits));
}
