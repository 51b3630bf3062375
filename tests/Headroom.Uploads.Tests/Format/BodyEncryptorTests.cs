using FsCheck.Fluent;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

public sealed class BodyEncryptorTests : IDisposable
{
    private readonly FileKey _key = Sample.NewKey();
    private readonly byte[] _space = new byte[PartLayout.EncryptedSegmentBytes];

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_body_is_encrypted_alike_however_it_arrives()
    {
        var lengths = Gen.OneOf(Gen.Elements(Sample.Lengths), Gen.Choose(0, 200_000));
        var cases =
            from length in lengths
            from pieces in Gen.ArrayOf(Gen.Choose(1, 100_000))
            from spare in Gen.Choose(0, 5_000)
            select (length, pieces, spare);
        Properties.Hold(cases, c => EncryptsAlike(Sample.Bytes(c.length), c.pieces, c.spare).GetAwaiter().GetResult(), cases: 150);
    }

    [Fact]
    public async Task A_body_that_fails_leaves_no_attempt()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        using var body = new PiecesStream(Sample.Bytes(100_000), [], new IOException("gone"));

        await Assert.ThrowsAsync<IOException>(() => EncryptAllAsync(new BodyEncryptor(body, encryptor), Stream.Null));
        Assert.False(encryptor.Completed);
    }

    [Fact]
    public async Task After_a_cancelled_segment_it_can_t_go_on()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        using var body = new PiecesStream(Sample.Bytes(100_000), [1000]);
        var encryption = new BodyEncryptor(body, encryptor);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await encryption.EncryptAsync(_space, cancellation.Token));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await encryption.EncryptAsync(_space));
    }

    [Fact]
    public async Task Space_that_is_too_small_is_refused()
    {
        using var encryptor = new PartEncryptor(_key, 1);

        await Assert.ThrowsAsync<ArgumentException>(
            async () => await new BodyEncryptor(Stream.Null, encryptor).EncryptAsync(new byte[PartLayout.SegmentBytes]));
    }

    [Fact]
    public async Task Behind_the_last_segment_there_is_nothing()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        var encryption = new BodyEncryptor(Stream.Null, encryptor);

        Assert.Equal(PartLayout.TagBytes, await encryption.EncryptAsync(_space));
        Assert.Equal(0, await encryption.EncryptAsync(_space));
        Assert.Equal(0, encryptor.Attempt.Length);
    }

    [Fact]
    public async Task No_memory_beside_the_space_is_taken_for_a_segment()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        using var body = new MemoryStream(new byte[64 * PartLayout.SegmentBytes], writable: false);
        var encryption = new BodyEncryptor(new SyncReads(body), encryptor);
        await EncryptTimes(encryption, 10);

        // Builds for debugging allocate their async methods' states; the benchmark shows that builds for use don't.
        Assert.InRange(await EncryptTimes(encryption, 50), 0, 50 * 1024);
    }

    private async Task<long> EncryptTimes(BodyEncryptor encryption, int times)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
            await encryption.EncryptAsync(_space);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private async Task<bool> EncryptsAlike(byte[] plaintext, int[] pieces, int spare)
    {
        var salt = Sample.Bytes(PartLayout.SaltBytes);
        using var expected = new PartEncryptor(_key, 1, salt);
        using var encryptor = new PartEncryptor(_key, 1, salt);
        using var body = new PiecesStream(plaintext, pieces);
        using var encrypted = new MemoryStream();
        encrypted.Write(encryptor.Header.Span);
        await EncryptAllAsync(new BodyEncryptor(body, encryptor), encrypted, spare);
        return encrypted.ToArray().AsSpan().SequenceEqual(Sample.Encrypt(expected, plaintext)) && encryptor.Attempt.Length == plaintext.Length;
    }

    /// <summary>Each segment in a space of its own, as what is carried from one to the next must not lie in it.</summary>
    private static async Task EncryptAllAsync(BodyEncryptor encryption, Stream target, int spare = 0)
    {
        while (true)
        {
            var space = new byte[PartLayout.EncryptedSegmentBytes + spare];
            var bytes = await encryption.EncryptAsync(space);
            if (bytes == 0)
                return;
            target.Write(space, 0, bytes);
        }
    }

    private sealed class SyncReads(MemoryStream inner) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(inner.Read(buffer.Span));
    }
}
