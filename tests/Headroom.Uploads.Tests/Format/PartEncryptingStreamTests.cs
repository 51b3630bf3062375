using FsCheck.Fluent;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class PartEncryptingStreamTests : IDisposable
{
    private readonly FileKey _key = Sample.NewKey();
    private readonly byte[] _buffer = new byte[PartLayout.EncryptedSegmentBytes];

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_body_is_encrypted_alike_however_it_arrives()
    {
        var lengths = Gen.OneOf(Gen.Elements(Sample.Lengths), Gen.Choose(0, 200_000));
        var cases = from length in lengths from pieces in Gen.ArrayOf(Gen.Choose(1, 100_000)) from copies in Gen.Elements(true, false) select (length, pieces, copies);
        Properties.Hold(cases, c => EncryptsAlike(Sample.Bytes(c.length), c.pieces, c.copies).GetAwaiter().GetResult(), cases: 150);
    }

    [Fact]
    public async Task A_body_that_fails_leaves_no_attempt()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        using var body = new PiecesStream(Sample.Bytes(100_000), [], new IOException("gone"));
        using var stream = new PartEncryptingStream(body, encryptor, _buffer);

        await Assert.ThrowsAsync<IOException>(() => stream.CopyToAsync(Stream.Null));
        Assert.False(encryptor.Completed);
    }

    [Fact]
    public async Task After_a_cancelled_read_the_stream_can_t_go_on()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        using var body = new PiecesStream(Sample.Bytes(100_000), [1000]);
        using var stream = new PartEncryptingStream(body, encryptor, _buffer);
        var destination = new byte[PartLayout.HeaderBytes];
        await stream.ReadExactlyAsync(destination);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadExactlyAsync(destination, cancellation.Token));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ReadExactlyAsync(destination));
    }

    [Fact]
    public void A_buffer_that_is_too_small_is_refused()
    {
        using var encryptor = new PartEncryptor(_key, 1);

        Assert.Throws<ArgumentException>(() => new PartEncryptingStream(Stream.Null, encryptor, new byte[PartLayout.SegmentBytes]));
    }

    [Fact]
    public async Task No_memory_beside_the_buffer_is_taken_for_a_segment()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        using var body = new MemoryStream(new byte[64 * PartLayout.SegmentBytes], writable: false);
        using var stream = new PartEncryptingStream(new SyncReads(body), encryptor, _buffer);
        var destination = new byte[PartLayout.EncryptedSegmentBytes];
        await stream.ReadExactlyAsync(destination.AsMemory(..PartLayout.HeaderBytes));
        await ReadTimes(stream, destination, 10);

        // Builds for debugging allocate their async methods' states; the benchmark shows that builds for use don't.
        Assert.InRange(await ReadTimes(stream, destination, 50), 0, 50 * 1024);
    }

    private static async Task<long> ReadTimes(PartEncryptingStream stream, byte[] destination, int times)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
            await stream.ReadExactlyAsync(destination);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private async Task<bool> EncryptsAlike(byte[] plaintext, int[] pieces, bool copies)
    {
        var salt = Sample.Bytes(PartLayout.SaltBytes);
        using var expected = new PartEncryptor(_key, 1, salt);
        using var encryptor = new PartEncryptor(_key, 1, salt);
        using var body = new PiecesStream(plaintext, pieces);
        using var stream = new PartEncryptingStream(body, encryptor, _buffer);
        using var encrypted = new MemoryStream();
        if (copies)
            await stream.CopyToAsync(encrypted);
        else
            await ReadAllAsync(stream, encrypted);
        return encrypted.ToArray().AsSpan().SequenceEqual(Sample.Encrypt(expected, plaintext)) && encryptor.Attempt.Length == plaintext.Length;
    }

    private static async Task ReadAllAsync(PartEncryptingStream stream, MemoryStream target)
    {
        var piece = new byte[10_007];
        while (await stream.ReadAsync(piece) is var read and > 0)
            target.Write(piece, 0, read);
    }

    private sealed class SyncReads(MemoryStream inner) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(inner.Read(buffer.Span));
    }
}
