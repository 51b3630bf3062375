using FsCheck.Fluent;
using Headroom.Blobs.Disk;

namespace Headroom.Blobs.Tests.Disk;

public sealed class DiskIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_position_is_found_in_the_part_that_holds_it() =>
        Properties.Hold(Gen.Choose(1, 1000).NonEmptyListOf(), lengths =>
        {
            var parts = new List<BlobPart>();
            foreach (var length in lengths)
                parts.Add(new BlobPart(parts.Count == 0 ? 0 : parts[^1].End, length, ""));
            using var index = Write(parts);
            return DiskIndex.Length(index) == parts[^1].End
                && parts.Select((part, number) => (part, number)).All(p => DiskIndex.Find(index, p.part.Offset) == p.number
                    && DiskIndex.Find(index, p.part.End - 1) == p.number
                    && DiskIndex.Read(index, p.number) == (p.part.Offset, p.part.Length));
        });

    private Microsoft.Win32.SafeHandles.SafeFileHandle Write(List<BlobPart> parts)
    {
        var file = File.OpenHandle(_folder["index"], FileMode.Create, FileAccess.ReadWrite);
        var record = new byte[DiskIndex.RecordBytes];
        for (var i = 0; i < parts.Count; i++)
        {
            DiskIndex.Encode(parts[i], record);
            RandomAccess.Write(file, record, (long)i * DiskIndex.RecordBytes);
        }
        return file;
    }
}
