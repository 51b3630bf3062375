using FsCheck;
using FsCheck.Fluent;
using Headroom.Uploads.Format;

namespace Headroom.Uploads.Tests.Format;

public sealed class SegmentMapTests
{
    private static Gen<(long[] Lengths, PlaintextRange Range)> FilesAndRanges { get; } =
        from lengths in Gen.ArrayOf(Gen.OneOf(Gen.Elements(Sample.Lengths), Gen.Choose(0, int.MaxValue)).Select(l => (long)l))
        from start in Gen.Choose(0, 1000)
        from length in Gen.Choose(0, 1000)
        let total = lengths.Sum()
        let offset = total * start / 1000
        select (lengths, new PlaintextRange(offset, (total - offset) * length / 1000));

    [Fact]
    public void The_slices_of_a_range_give_exactly_its_bytes() => Properties.Hold(FilesAndRanges, c =>
        new SegmentMap(c.Lengths).Slices(c.Range).Sum(slice => slice.Length) == c.Range.Length);

    [Fact]
    public void The_slices_of_a_range_lie_behind_each_other() => Properties.Hold(FilesAndRanges, c =>
    {
        var slices = new SegmentMap(c.Lengths).Slices(c.Range).ToList();
        return slices.Zip(slices.Skip(1)).All(pair =>
            pair.Second.PartNumber == pair.First.PartNumber + 1 && pair.Second.OffsetInFile == pair.First.OffsetInFile + pair.First.EncryptedBytes);
    });

    [Fact]
    public void A_slice_touches_no_segment_that_it_does_not_need() => Properties.Hold(FilesAndRanges, c =>
        new SegmentMap(c.Lengths)
            .Slices(c.Range)
            .All(slice => slice.EncryptedBytes <= slice.Length + (2L * PartLayout.SegmentBytes) + (16 * ((slice.Length / PartLayout.SegmentBytes) + 2)) + 88));

    [Fact]
    public void The_whole_file_is_read_from_its_first_byte_to_its_last() => Properties.Hold(FilesAndRanges, c =>
    {
        var map = new SegmentMap(c.Lengths);
        var slices = map.Slices(new PlaintextRange(0, map.PlaintextBytes)).ToList();
        return slices.Count == c.Lengths.Length && slices.Sum(slice => slice.EncryptedBytes) == map.EncryptedBytes;
    });

    [Theory]
    [InlineData(0, 1, 1, 0, 65_640)]
    [InlineData(65_535, 1, 1, 0, 65_640)]
    [InlineData(65_536, 1, 1, 65_640, 65_552)]
    [InlineData(131_071, 1, 1, 65_640, 65_552)]
    [InlineData(131_072, 10, 1, 131_192, 26)]
    [InlineData(131_082, 5, 2, 0, 109)]
    public void Offsets_are_those_of_the_document(long offset, long length, int part, long encryptedOffset, long encryptedBytes)
    {
        var slice = Assert.Single(new SegmentMap([131_082, 5]).Slices(new PlaintextRange(offset, length)));

        Assert.Equal((part, encryptedOffset, encryptedBytes), (slice.PartNumber, slice.Offset, slice.EncryptedBytes));
        Assert.Equal(encryptedOffset + (part == 2 ? 131_218 : 0), slice.OffsetInFile);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(11, 0)]
    [InlineData(5, 6)]
    [InlineData(1, long.MaxValue)]
    public void A_range_outside_of_the_file_is_refused(long offset, long length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentMap([4, 6]).Slices(new PlaintextRange(offset, length)));

    [Fact]
    public void Parts_without_bytes_are_read_too()
    {
        Assert.Empty(new SegmentMap([]).Slices(default));
        Assert.Equal([1, 2], new SegmentMap([0, 0]).Slices(default).Select(slice => slice.PartNumber));
        Assert.All(new SegmentMap([0, 0]).Slices(default), slice => Assert.Equal((0, 104), (slice.Length, slice.EncryptedBytes)));
    }

    [Fact]
    public void The_largest_file_is_mapped()
    {
        var lengths = new long[PartLayout.MaxParts];
        Array.Fill(lengths, PartLayout.MaxPartBytes);
        var map = new SegmentMap(lengths);

        Assert.Equal(PartLayout.MaxParts, Assert.Single(map.Slices(new PlaintextRange(map.PlaintextBytes - 1, 1))).PartNumber);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentMap(new long[PartLayout.MaxParts + 1]));
    }
}
