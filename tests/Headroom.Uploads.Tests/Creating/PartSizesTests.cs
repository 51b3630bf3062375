using FsCheck;
using FsCheck.Fluent;
using Headroom.Uploads.Creating;
using Headroom.Uploads.Format;

namespace Headroom.Uploads.Tests.Creating;

public sealed class PartSizesTests
{
    private static readonly Gen<long> Sizes =
        from exponent in Gen.Choose(0, 44)
        from share in Gen.Choose(0, 1_000_000)
        select (long)((1L << exponent) * (1 + (share / 1e6)));

    [Fact]
    public void Any_file_fits_into_as_many_parts_as_there_may_be() => Properties.Hold(
        Sizes,
        size => size <= PartLayout.MaxParts * PartSizes.Numbered(size) && size <= PartLayout.MaxParts / 2 * PartSizes.Appended(size));

    [Fact]
    public void Parts_end_at_segments() =>
        Properties.Hold(Sizes, size => PartSizes.Numbered(size) % PartLayout.SegmentBytes == 0 && PartSizes.Appended(size) % PartLayout.SegmentBytes == 0);

    [Fact]
    public void Usual_files_have_usual_parts() => Assert.Equal(8 * 1024 * 1024, PartSizes.Numbered(20_000_000));
}
