using FsCheck.Fluent;

namespace Headroom.Blobs.S3.Tests;

public sealed class S3PartTagTests
{
    [Fact]
    public void What_was_written_is_read() =>
        Properties.Hold(
            (from number in Gen.Choose(0, int.MaxValue)
             from crc in Gen.Elements("", "4waSgw==")
             select new S3PartTag($"{number:x32}", crc)).ListOf(),
            tags => S3PartTag.Parse(S3PartTag.Format(tags)).SequenceEqual(tags));
}
