using FsCheck.Fluent;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Tests.Uploads;

public sealed class FileContentTests
{
    private const int Stretch = 256 * 1024;
    private const int Length = (5 * Stretch) + 1234;

    private static readonly byte[] Noise = FileContent.Noise();

    [Fact]
    public void The_same_bytes_come_however_they_are_cut() =>
        Properties.Hold(Gen.Choose(0, Length - 1).SelectMany(from => Gen.Choose(from + 1, Length).Select(to => (from, to))), range =>
            Read(1, range.from, range.to).AsSpan().SequenceEqual(Read(1, 0, Length).AsSpan(range.from, range.to - range.from)));

    [Fact]
    public void What_stands_there_matches_and_every_changed_byte_does_not() =>
        Properties.Hold(Gen.Choose(0, Length - 1), at =>
        {
            var (content, bytes) = (new FileContent(Noise, 2, Length), Read(2, 0, Length));
            var same = content.Matches(0, bytes);
            bytes[at] ^= 1;
            return same && !content.Matches(0, bytes);
        });

    [Fact]
    public void Other_files_and_other_stretches_are_different()
    {
        var content = new FileContent(Noise, 3, Length);
        Assert.False(content.Matches(0, Read(4, 0, 1000)));
        Assert.False(content.Matches(0, Read(3, Stretch, Stretch + 1000)));
        Assert.False(content.Matches(0, Read(3, 1, 1001)));
    }

    [Fact]
    public void More_than_there_is_does_not_match() => Assert.False(new FileContent(Noise, 1, 10).Matches(0, Read(1, 0, 11)));

    private static byte[] Read(int file, long from, long to)
    {
        var (content, bytes) = (new FileContent(Noise, file, Length), new List<byte>());
        while (from < to)
        {
            var piece = content.At(from, to);
            bytes.AddRange(piece.Span);
            from += piece.Length;
        }
        return [.. bytes];
    }
}
