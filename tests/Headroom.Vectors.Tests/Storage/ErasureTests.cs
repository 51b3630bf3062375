using System.Runtime.InteropServices;
using Headroom.Vectors.Coding;
using Headroom.Vectors.Storage;

namespace Headroom.Vectors.Tests.Storage;

/// <summary>A sealed block and a part of the next one, of which some are deleted and some replaced.</summary>
public sealed class ErasureTests : IDisposable
{
    private const int Dimensions = 64;
    private const int Vectors = 1500;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<long, float[]> _content = [];
    private readonly List<(int Slot, long Id, float[] Vector)> _dead = [];

    public ErasureTests()
    {
        var random = new Random(7);
        using var index = VectorIndex.Open(_folder.Path, Dimensions);
        using (var writer = index.BeginWrite())
        {
            for (var id = 0; id < Vectors; id++)
                writer.Put(id, _content[id] = Samples.Unit(random, Dimensions));
            writer.Commit();
        }
        using (var writer = index.BeginWrite())
        {
            foreach (var id in (int[])[0, 3, 64, 1023, 1024, 1499])
            {
                _dead.Add((id, id, _content[id]));
                _content.Remove(id);
                writer.Delete(id);
            }
            foreach (var id in (int[])[5, 1030])
            {
                _dead.Add((id, id, _content[id]));
                writer.Put(id, _content[id] = Samples.Unit(random, Dimensions));
            }
            writer.Commit();
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Deleted_and_replaced_vectors_are_in_the_files_until_they_are_erased()
    {
        Assert.Equal(3 * _dead.Count, Left());
        using (var index = VectorIndex.Open(_folder.Path, Dimensions))
        {
            Assert.Equal(_dead.Count, index.Erase());
            Assert.Equal(0, Left());
            Assert.Equal(0, index.Erase());
            IsAsItShouldBe(index);
        }
        using var again = VectorIndex.Open(_folder.Path, Dimensions);
        Assert.Equal(0, again.Repairs);
        IsAsItShouldBe(again);
    }

    [Fact]
    public void An_index_goes_on_after_it_was_erased()
    {
        var random = new Random(8);
        using (var index = VectorIndex.Open(_folder.Path, Dimensions))
        {
            index.Erase();
            using (var writer = index.BeginWrite())
            {
                for (var id = 2000; id < 2900; id++)
                    writer.Put(id, _content[id] = Samples.Unit(random, Dimensions));
                writer.Commit();
            }
            index.Compact();
            IsAsItShouldBe(index);
            index.Delete(2000);
            _content.Remove(2000);
            Assert.Equal(1, index.Erase());
            IsAsItShouldBe(index);
        }
        using var again = VectorIndex.Open(_folder.Path, Dimensions);
        IsAsItShouldBe(again);
        Assert.Equal(0, Left());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(8)]
    public void A_crash_among_the_records_is_brought_to_its_end_at_the_next_open(int whole)
    {
        // The list is on the disk; some records are overwritten, the next one by half, and no codes.
        var records = _folder.FileOf("records");
        ErasureList.Write(Path.ChangeExtension(records, ErasureList.Extension), [.. _dead.Select(d => (d.Slot, d.Id))]);
        var layout = new VectorLayout(Dimensions);
        var bytes = File.ReadAllBytes(records);
        for (var i = 0; i < Math.Min(_dead.Count, whole + 1); i++)
        {
            var record = new byte[layout.RecordBytes];
            RecordFile.Seal(record, _dead[i].Slot, _dead[i].Id, deletion: true);
            record.AsSpan(0, i < whole ? record.Length : record.Length / 2).CopyTo(bytes.AsSpan((int)layout.RecordAt(_dead[i].Slot)));
        }
        File.WriteAllBytes(records, bytes);

        using (var index = VectorIndex.Open(_folder.Path, Dimensions))
            IsAsItShouldBe(index);

        Assert.Equal(0, Left());
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.erasing"));
        using var again = VectorIndex.Open(_folder.Path, Dimensions);
        Assert.Equal(0, again.Repairs);
        IsAsItShouldBe(again);
    }

    [Fact]
    public void A_list_that_is_not_whole_means_that_nothing_was_overwritten()
    {
        var list = Path.ChangeExtension(_folder.FileOf("records"), ErasureList.Extension);
        ErasureList.Write(list, [.. _dead.Select(d => (d.Slot, d.Id))]);
        var bytes = File.ReadAllBytes(list);
        bytes[5] ^= 1;
        File.WriteAllBytes(list, bytes);

        using var index = VectorIndex.Open(_folder.Path, Dimensions);

        IsAsItShouldBe(index);
        Assert.False(File.Exists(list));
        Assert.Equal(_dead.Count, index.Erase());
    }

    [Fact]
    public void What_was_never_committed_is_in_no_file()
    {
        var random = new Random(9);
        var vectors = Enumerable.Range(0, 800).Select(_ => Samples.Unit(random, Dimensions)).ToList();
        using (var index = VectorIndex.Open(_folder.Path, Dimensions))
        {
            index.Erase();
            using (var writer = index.BeginWrite())
            {
                for (var i = 0; i < vectors.Count; i++)
                    writer.Put(5000 + i, vectors[i]);
            }
            IsAsItShouldBe(index);
        }

        Assert.All(vectors, v => Assert.Equal(0, Left(v)));
        using var again = VectorIndex.Open(_folder.Path, Dimensions);
        IsAsItShouldBe(again);
    }

    [Fact]
    public async Task Searches_go_on_while_vectors_are_erased()
    {
        using var index = VectorIndex.Open(_folder.Path, Dimensions);
        using var stop = new CancellationTokenSource();
        var queries = _content.Values.Take(20).ToList();
        var searching = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                foreach (var query in queries)
                    Assert.NotEmpty(index.Search(query, 50));
            }
        })).ToArray();

        foreach (var id in _content.Keys.Skip(200).Take(600).ToList())
        {
            index.Delete(id);
            _content.Remove(id);
            index.Erase();
        }

        await stop.CancelAsync();
        await Task.WhenAll(searching);
        IsAsItShouldBe(index);
    }

    /// <summary>How often components or codes of dead vectors are in some file.</summary>
    private int Left() => _dead.Sum(d => Left(d.Vector));

    private int Left(float[] vector)
    {
        var components = MemoryMarshal.AsBytes<float>(vector);
        var code = new sbyte[ScalarCode.LengthFor(Dimensions)];
        var scale = ScalarCode.Quantize(vector, code);
        // Whole codes and a scale beside it are no chance.
        return Count(components[..64]) + Count(MemoryMarshal.AsBytes<sbyte>(code)[..32]) + Count(MemoryMarshal.AsBytes<float>([scale]));
    }

    private int Count(ReadOnlySpan<byte> bytes) => Math.Min(1, FolderBytes.FilesWith(_folder.Path, bytes).Count);

    private void IsAsItShouldBe(VectorIndex index)
    {
        index.Verify();
        Assert.Equal(_content.Keys.Order(), index.Ids().Order());
        foreach (var query in _content.Values.Take(5))
            Assert.Equal(Samples.BruteForce(_content, query, 10), index.Search(query, 10));
    }
}
