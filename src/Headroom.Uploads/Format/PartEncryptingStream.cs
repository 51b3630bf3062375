using System.Runtime.CompilerServices;

namespace Headroom.Uploads.Format;

/// <summary>
/// Reads plaintext of unknown length to its end and gives the encrypted part. Afterwards the encryptor's
/// <see cref="PartEncryptor.Attempt"/> says what to remember.
/// </summary>
/// <param name="plaintext">What to encrypt.</param>
/// <param name="encryptor">A fresh one.</param>
/// <param name="buffer"><see cref="PartLayout.EncryptedSegmentBytes"/> bytes that are the stream's until it is disposed; it holds no others.</param>
public sealed class PartEncryptingStream(Stream plaintext, PartEncryptor encryptor, Memory<byte> buffer) : SegmentStream(plaintext, buffer)
{
    private bool _headerRead;
    private bool _carries;
    private byte _carried;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private protected override async ValueTask<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellationToken)
    {
        if (!_headerRead)
        {
            _headerRead = true;
            return encryptor.Header;
        }
        if (encryptor.Completed)
            return default;
        var length = await FillSegmentAsync(cancellationToken);
        var written = encryptor.Encrypt(Buffer.Span[..length], final: !_carries, Buffer.Span);
        return Buffer[..written];
    }

    // Only the first byte of the next segment tells that this one is not the last.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillSegmentAsync(CancellationToken cancellationToken)
    {
        var start = _carries ? 1 : 0;
        if (_carries)
            Buffer.Span[0] = _carried;
        var length = start + await FillAsync(Buffer[start..(PartLayout.SegmentBytes + 1)], cancellationToken);
        _carries = length > PartLayout.SegmentBytes;
        if (_carries)
            _carried = Buffer.Span[PartLayout.SegmentBytes];
        return Math.Min(length, PartLayout.SegmentBytes);
    }
}
