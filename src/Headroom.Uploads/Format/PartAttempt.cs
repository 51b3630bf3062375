namespace Headroom.Uploads.Format;

/// <summary>
/// One encryption of a part: what has to be remembered to read it back. Two attempts at the same part share no key,
/// whatever was sent. Not secret.
/// </summary>
public readonly struct PartAttempt
{
    /// <param name="number">Number of the part, 1 to <see cref="PartLayout.MaxParts"/>.</param>
    /// <param name="length">Its plaintext bytes, 0 to <see cref="PartLayout.MaxPartBytes"/>.</param>
    /// <param name="salt">The attempt's random salt, <see cref="PartLayout.SaltBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">One of them is outside of its range.</exception>
    public PartAttempt(int number, long length, ReadOnlyMemory<byte> salt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, PartLayout.MaxParts);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, PartLayout.MaxPartBytes);
        if (salt.Length != PartLayout.SaltBytes)
            throw new ArgumentException($"A salt has {PartLayout.SaltBytes} bytes, not {salt.Length}.", nameof(salt));
        (Number, Length, Salt) = (number, length, salt);
    }

    /// <summary>Number of the part, from 1.</summary>
    public int Number { get; }

    /// <summary>Plaintext bytes.</summary>
    public long Length { get; }

    /// <summary>The random salt that its key is derived with.</summary>
    public ReadOnlyMemory<byte> Salt { get; }
}
