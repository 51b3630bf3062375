using FsCheck.Fluent;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class PartDecryptingStreamTests : IDisposable
{
    private const int Full = PartLayout.SegmentBytes;
    private readonly FileKey _key = Sample.NewKey();
    private readonly byte[] _buffer = new byte[PartLayout.EncryptedSegmentBytes];

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Any_range_is_read_from_the_parts_behind_each_other()
    {
        var sizes = new[] { 0, 100, (2 * Full) + 7, Full, 0, 1, 3 * Full };
        var parts = sizes.Select((size, i) => Sample.Encrypt(_key, i + 1, Sample.Bytes(size))).ToList();
        byte[] plaintext = [.. parts.SelectMany(p => p.Plaintext)];
        byte[] encrypted = [.. parts.SelectMany(p => p.Encrypted)];
        var manifest = Manifest.Create("name", "", [.. parts.Select(p => p.Attempt)]);
        var ranges =
            from start in Gen.Choose(0, plaintext.Length)
            from length in Gen.OneOf(Gen.Choose(0, 200), Gen.Choose(0, plaintext.Length))
            select new PlaintextRange(start, Math.Min(length, plaintext.Length - start));

        Properties.Hold(ranges, range =>
        {
            var read = ReadAsync(manifest, encrypted, range).GetAwaiter().GetResult();
            return read.AsSpan().SequenceEqual(plaintext.AsSpan((int)range.Offset, (int)range.Length));
        });
    }

    [Fact]
    public async Task A_file_without_bytes_is_verified_too()
    {
        var sample = Sample.Encrypt(_key, 1, []);
        var manifest = Manifest.Create("name", "", [sample.Attempt]);
        Assert.Empty(await ReadAsync(manifest, sample.Encrypted, default));
        sample.Encrypted[^1] ^= 1;

        await Assert.ThrowsAsync<ContainerException>(() => ReadAsync(manifest, sample.Encrypted, default));
    }

    [Fact]
    public async Task A_range_is_read_although_segments_that_it_does_not_touch_are_damaged()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(3 * Full));
        var damaged = sample.With(new byte[PartLayout.EncryptedSegmentBytes], sample.Segment(1), new byte[PartLayout.EncryptedSegmentBytes]);
        damaged.AsSpan(..PartLayout.HeaderBytes).Clear();
        var manifest = Manifest.Create("name", "", [sample.Attempt]);

        Assert.Equal(sample.Plaintext[Full..(2 * Full)], await ReadAsync(manifest, damaged, new PlaintextRange(Full, Full)));
        await Assert.ThrowsAsync<ContainerException>(() => ReadAsync(manifest, damaged, new PlaintextRange(Full - 1, 1)));
        await Assert.ThrowsAsync<ContainerException>(() => ReadAsync(manifest, damaged, new PlaintextRange(Full, Full + 1)));
    }

    [Fact]
    public async Task Everything_before_a_damaged_segment_is_released_and_nothing_of_it()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(3 * Full));
        sample.Encrypted[(int)PartLayout.SegmentOffset(2) + 5] ^= 1;
        using var decryptor = new PartDecryptor(_key, sample.Attempt);
        using var stream = new PartDecryptingStream(new MemoryStream(sample.Encrypted), decryptor, Whole(sample), _buffer);
        using var released = new MemoryStream();

        var exception = await Assert.ThrowsAsync<ContainerException>(() => stream.CopyToAsync(released));
        Assert.Equal(ContainerProblem.Damaged, exception.Problem);
        Assert.Equal(sample.Plaintext[..(2 * Full)], released.ToArray());
        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.CopyToAsync(released));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(88)]
    [InlineData(100)]
    [InlineData(88 + Full + 16)]
    public async Task A_store_that_ends_too_early_is_noticed(int length)
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(2 * Full));
        using var decryptor = new PartDecryptor(_key, sample.Attempt);
        using var stream = new PartDecryptingStream(new MemoryStream(sample.Encrypted, 0, length), decryptor, Whole(sample), _buffer);

        var exception = await Assert.ThrowsAsync<ContainerException>(() => stream.CopyToAsync(Stream.Null));
        Assert.Equal(ContainerProblem.Truncated, exception.Problem);
    }

    [Fact]
    public async Task Parts_that_changed_places_in_the_store_are_noticed()
    {
        var (first, second) = (Sample.Encrypt(_key, 1, Sample.Bytes(10)), Sample.Encrypt(_key, 2, Sample.Bytes(10)));
        var manifest = Manifest.Create("name", "", [first.Attempt, second.Attempt]);

        foreach (var stored in new byte[][] { [.. second.Encrypted, .. first.Encrypted], [.. first.Encrypted, .. first.Encrypted], [.. second.Encrypted] })
            await Assert.ThrowsAsync<ContainerException>(() => ReadAsync(manifest, stored, new PlaintextRange(0, 20)));
    }

    [Fact]
    public async Task A_blocking_read_is_refused()
    {
        var sample = Sample.Encrypt(_key, 1, Sample.Bytes(10));
        using var decryptor = new PartDecryptor(_key, sample.Attempt);
        await using var stream = new PartDecryptingStream(new MemoryStream(sample.Encrypted), decryptor, Whole(sample), _buffer);

        Assert.Throws<NotSupportedException>(() => stream.ReadByte());
    }

    private static PartSlice Whole(Sample sample) => new SegmentMap([sample.Attempt.Length]).Slices(new PlaintextRange(0, sample.Attempt.Length)).Single();

    // As a download does it: one read of the store from the first slice on.
    private async Task<byte[]> ReadAsync(Manifest manifest, byte[] stored, PlaintextRange range)
    {
        using var source = new PiecesStream(stored, [7, 4000, 100_000]);
        using var plaintext = new MemoryStream();
        var first = true;
        foreach (var slice in manifest.Map.Slices(range))
        {
            if (first)
                source.Position = slice.OffsetInFile;
            first = false;
            Assert.Equal(slice.OffsetInFile, source.Position);
            using var decryptor = new PartDecryptor(_key, manifest.Part(slice.PartNumber));
            using var stream = new PartDecryptingStream(source, decryptor, slice, _buffer);
            await stream.CopyToAsync(plaintext);
            Assert.Equal(slice.OffsetInFile + slice.EncryptedBytes, source.Position);
        }
        return plaintext.ToArray();
    }
}
