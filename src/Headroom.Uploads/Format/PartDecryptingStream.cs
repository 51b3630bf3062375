using System.Runtime.CompilerServices;

namespace Headroom.Uploads.Format;

/// <summary>
/// Gives the plaintext of a slice of an encrypted part; each segment only after it was verified. Reads exactly the
/// slice's <see cref="PartSlice.EncryptedBytes"/> from its source, so that slices that follow each other can be read
/// from one source.
/// </summary>
/// <param name="encrypted">Starts at the slice's offset.</param>
/// <param name="decryptor">That of the slice's part.</param>
/// <param name="slice">What to read.</param>
/// <param name="buffer"><see cref="PartLayout.EncryptedSegmentBytes"/> bytes that are the stream's until it is disposed; it holds no others.</param>
public sealed class PartDecryptingStream(Stream encrypted, PartDecryptor decryptor, PartSlice slice, Memory<byte> buffer) : SegmentStream(encrypted, buffer)
{
    private int _segment = slice.FirstSegment;
    private int _skip = slice.Skip;
    private long _remaining = slice.Length;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private protected override async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellationToken)
    {
        if (_segment > slice.LastSegment)
            return default;
        if (_segment == 0)
            decryptor.CheckHeader((await ReadAsync(PartLayout.HeaderBytes, cancellationToken)).Span);
        var segment = await ReadAsync(decryptor.EncryptedBytes(_segment), cancellationToken);
        var length = decryptor.Decrypt(_segment, segment.Span, segment.Span);
        var wanted = segment[_skip..(int)Math.Min(length, _skip + _remaining)];
        _segment++;
        _skip = 0;
        _remaining -= wanted.Length;
        return wanted;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Memory<byte>> ReadAsync(int bytes, CancellationToken cancellationToken)
    {
        var read = await FillAsync(Buffer[..bytes], cancellationToken);
        return read == bytes
            ? Buffer[..bytes]
            : throw new ContainerException(ContainerProblem.Truncated, $"Part {decryptor.PartNumber} ends in the middle: its end is missing from the store.");
    }
}
