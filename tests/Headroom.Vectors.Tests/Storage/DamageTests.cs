using FsCheck.Fluent;

namespace Headroom.Vectors.Tests.Storage;

/// <summary>One sealed block and a part of the next; then something happens to the files.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Dimensions = 8;
    private const int Count = 1100;
    private const int RecordsAt = 12288;
    private const int RecordBytes = 16 + (4 * Dimensions);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<long, float[]> _content = [];
    private readonly Dictionary<string, byte[]> _files;

    public DamageTests()
    {
        var random = new Random(41);
        using (var index = VectorIndex.Open(_folder.Path, Dimensions))
        {
            using var writer = index.BeginWrite();
            for (var id = 0; id < Count; id++)
                writer.Put(id, _content[id] = Samples.Whole(random, Dimensions));
            writer.Commit();
        }
        _files = _folder.Read();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_flipped_bit_of_the_records_is_detected() => Properties.Hold(
        Gen.Choose(0, (_files[_folder.FileOf("records")].Length * 8) - 1),
        bit =>
        {
            Flip("records", bit);
            try
            {
                using var index = VectorIndex.Open(_folder.Path, Dimensions);
                index.Verify();
                // A commit mark that was damaged is there twice.
                return index.Repairs > 0 && Agrees(index);
            }
            catch (VectorIndexException detected)
            {
                return detected.Problem == VectorIndexProblem.Damaged;
            }
        },
        cases: 250);

    [Theory]
    [InlineData("signs")]
    [InlineData("codes")]
    public void Any_flipped_bit_of_the_codes_is_detected_and_put_right(string kind) => Properties.Hold(
        Gen.Choose(0, (_files[_folder.FileOf(kind)].Length / 2 * 8) - 1),
        bit =>
        {
            Flip(kind, bit);
            using (var index = VectorIndex.Open(_folder.Path, Dimensions))
            {
                if (index.Repairs != 1 || !Agrees(index))
                    return false;
            }
            return _folder.Read().All(file => file.Value.SequenceEqual(_files[file.Key]));
        },
        cases: 60);

    [Theory]
    [InlineData("signs")]
    [InlineData("codes")]
    public void The_part_that_has_no_checksum_yet_is_made_again_at_every_start(string kind)
    {
        var bytes = _files[_folder.FileOf(kind)];
        Flip(kind, (bytes.Length / 2 * 8) + 999);

        using var index = VectorIndex.Open(_folder.Path, Dimensions);

        Assert.True(Agrees(index));
    }

    [Fact]
    public void Records_that_end_too_early_are_detected_wherever_they_end()
    {
        var lengths = Enumerable.Range(0, Count).Where(slot => slot % 97 == 0 || slot is 1023 or 1024).Select(slot => RecordsAt + (slot * RecordBytes))
            .SelectMany(border => (int[])[border - 1, border, border + 1, border + (RecordBytes / 2)]);
        foreach (var length in lengths.Concat([0, 1, 4095, 4096, 8192]))
        {
            Truncate("records", length);
            Assert.Equal(VectorIndexProblem.Damaged, Assert.Throws<VectorIndexException>(() => VectorIndex.Open(_folder.Path, Dimensions)).Problem);
        }
    }

    [Theory]
    [InlineData("signs")]
    [InlineData("codes")]
    public void Codes_that_end_too_early_are_made_again(string kind)
    {
        var length = _files[_folder.FileOf(kind)].Length;
        foreach (var cut in (int[])[0, 1, length / 4, (length / 2) - 1, length / 2, (length / 2) + 1, length - 1])
        {
            Truncate(kind, cut);
            using var index = VectorIndex.Open(_folder.Path, Dimensions);
            Assert.True(Agrees(index), $"Cut to {cut} of {length} bytes, it answers differently.");
        }
    }

    [Theory]
    [InlineData("signs")]
    [InlineData("codes")]
    public void Codes_that_are_gone_are_made_again(string kind)
    {
        File.Delete(_folder.FileOf(kind));

        using var index = VectorIndex.Open(_folder.Path, Dimensions);

        Assert.True(Agrees(index));
        Assert.Equal(1, index.Repairs);
    }

    [Fact]
    public void What_was_written_but_never_committed_is_cut_off()
    {
        var records = _folder.FileOf("records");
        foreach (var tail in (int[])[1, RecordBytes - 1, RecordBytes, 5 * RecordBytes])
        {
            _folder.Restore(_files);
            using (var file = File.Open(records, FileMode.Append))
                file.Write(_files[records].AsSpan(RecordsAt, tail));

            using (var index = VectorIndex.Open(_folder.Path, Dimensions))
                Assert.True(Agrees(index));

            Assert.Equal(_files[records].Length, new FileInfo(records).Length);
        }
    }

    [Fact]
    public void What_an_interrupted_compaction_left_is_swept_away()
    {
        foreach (var leftover in (string[])["00000002.records.draft", "00000002.signs", "00000002.codes", "00000000.codes"])
            File.WriteAllText(Path.Join(_folder.Path, leftover), "half");

        using var index = VectorIndex.Open(_folder.Path, Dimensions);

        Assert.True(Agrees(index));
        Assert.Equal(4, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void Damage_that_a_search_meets_is_reported_by_it()
    {
        using var index = VectorIndex.Open(_folder.Path, Dimensions);
        // Beneath an index that is open already.
        using (var file = File.Open(_folder.FileOf("records"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = RecordsAt + (7 * RecordBytes) + 20;
            file.WriteByte(0xEE);
        }

        var met = Assert.Throws<VectorIndexException>(() => index.Search(_content[7], VectorIndex.MaxResults));

        Assert.Contains("record 7 is wrong", met.Message);
        Assert.Contains("Delete the folder", met.Message);
        Assert.Throws<VectorIndexException>(() => index.Compact());
        Assert.Equal(Count, index.Count);
    }

    [Fact]
    public void A_later_version_is_not_touched()
    {
        Assert.Equal(VectorIndexProblem.OtherVersion, Opened(version: 2).Problem);
    }

    private VectorIndexException Opened(byte version)
    {
        var records = _folder.FileOf("records");
        var bytes = File.ReadAllBytes(records);
        bytes[8] = version;
        BitConverter.TryWriteBytes(bytes.AsSpan(4092), Headroom.Durability.Crc32C.Compute(bytes.AsSpan(0, 4092)));
        File.WriteAllBytes(records, bytes);
        return Assert.Throws<VectorIndexException>(() => VectorIndex.Open(_folder.Path, Dimensions));
    }

    private void Flip(string kind, int bit)
    {
        _folder.Restore(_files);
        var path = _folder.FileOf(kind);
        var bytes = File.ReadAllBytes(path);
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        File.WriteAllBytes(path, bytes);
    }

    private void Truncate(string kind, int length)
    {
        _folder.Restore(_files);
        using var file = File.OpenWrite(_folder.FileOf(kind));
        file.SetLength(length);
    }

    private bool Agrees(VectorIndex index)
    {
        var query = _content[3];
        return index.Count == Count && index.Search(query, 50).SequenceEqual(Samples.BruteForce(_content, query, 50));
    }
}
