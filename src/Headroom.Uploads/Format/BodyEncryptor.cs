using System.Runtime.CompilerServices;

namespace Headroom.Uploads.Format;

/// <summary>
/// Encrypts plaintext of unknown length as it comes, segment by segment, in the space it is given: it holds no bytes of its
/// own but one. Not thread-safe. After a failed or cancelled call it can't go on.
/// </summary>
/// <param name="plaintext">What to encrypt; left open.</param>
/// <param name="encryptor">A fresh one, whose <see cref="PartEncryptor.Header"/> comes before the first segment.</param>
public sealed class BodyEncryptor(Stream plaintext, PartEncryptor encryptor)
{
    private bool _carries;
    private byte _carried;
    private bool _broken;

    /// <summary>Reads and encrypts the next segment.</summary>
    /// <param name="space">At least <see cref="PartLayout.EncryptedSegmentBytes"/> bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many bytes the encrypted segment has; 0 when there are no more.</returns>
    /// <exception cref="ArgumentException">The space is too small.</exception>
    /// <exception cref="InvalidOperationException">An earlier call failed: what it took from the plaintext is gone.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> EncryptAsync(Memory<byte> space, CancellationToken cancellationToken = default)
    {
        if (space.Length < PartLayout.EncryptedSegmentBytes)
            throw new ArgumentException($"There is space for {space.Length} bytes; {PartLayout.EncryptedSegmentBytes} are needed.", nameof(space));
        if (_broken)
            throw new InvalidOperationException("An earlier segment failed or was cancelled. Start again from the first one.");
        if (encryptor.Completed)
            return 0;
        _broken = true;
        var length = await FillAsync(space[..(PartLayout.SegmentBytes + 1)], cancellationToken);
        var written = encryptor.Encrypt(space.Span[..length], final: !_carries, space.Span);
        _broken = false;
        return written;
    }

    // Only the first byte of the next segment tells that this one is not the last.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FillAsync(Memory<byte> space, CancellationToken cancellationToken)
    {
        if (_carries)
            space.Span[0] = _carried;
        var carried = _carries ? 1 : 0;
        var length = carried + await plaintext.ReadAtLeastAsync(space[carried..], space.Length - carried, throwOnEndOfStream: false, cancellationToken);
        _carries = length == space.Length;
        _carried = space.Span[^1];
        return Math.Min(length, PartLayout.SegmentBytes);
    }
}
