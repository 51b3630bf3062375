using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

/// <summary>An encrypted part and what it was made from.</summary>
internal sealed record Sample(byte[] Plaintext, byte[] Encrypted, PartAttempt Attempt)
{
    /// <summary>Lengths around the borders of segments.</summary>
    public static int[] Lengths =>
    [
        0, 1, 17, PartLayout.SegmentBytes - 1, PartLayout.SegmentBytes, PartLayout.SegmentBytes + 1,
        (3 * PartLayout.SegmentBytes) - 1, 3 * PartLayout.SegmentBytes, (3 * PartLayout.SegmentBytes) + 5,
    ];

    /// <summary>A key of a file of its own.</summary>
    public static FileKey NewKey() => FileKey.Create(Guid.NewGuid());

    public static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public static Sample Encrypt(FileKey key, int partNumber, byte[] plaintext)
    {
        using var encryptor = new PartEncryptor(key, partNumber);
        return new Sample(plaintext, Encrypt(encryptor, plaintext), encryptor.Attempt);
    }

    public static byte[] Encrypt(PartEncryptor encryptor, byte[] plaintext)
    {
        var encrypted = new byte[PartLayout.EncryptedBytes(plaintext.Length)];
        encryptor.Header.CopyTo(encrypted);
        var (read, written) = (0, PartLayout.HeaderBytes);
        while (!encryptor.Completed)
        {
            var length = Math.Min(PartLayout.SegmentBytes, plaintext.Length - read);
            var final = read + length == plaintext.Length;
            written += encryptor.Encrypt(plaintext.AsSpan(read, length), final, encrypted.AsSpan(written));
            read += length;
        }
        return encrypted;
    }

    /// <summary>Checks the header and decrypts every segment.</summary>
    /// <exception cref="ContainerException">Something is not what was written.</exception>
    public static byte[] Decrypt(FileKey key, PartAttempt attempt, byte[] encrypted)
    {
        using var decryptor = new PartDecryptor(key, attempt);
        decryptor.CheckHeader(encrypted);
        var plaintext = new byte[attempt.Length];
        var (read, written) = (PartLayout.HeaderBytes, 0);
        for (var segment = 0; segment < decryptor.SegmentCount; segment++)
        {
            var length = Math.Min(decryptor.EncryptedBytes(segment), encrypted.Length - read);
            written += decryptor.Decrypt(segment, encrypted.AsSpan(read, length), plaintext.AsSpan(written));
            read += length;
        }
        return plaintext;
    }

    /// <summary>Decrypts a stray part, of which nothing but its bytes and the key is known.</summary>
    /// <exception cref="ContainerException">Something is not what was written.</exception>
    public static byte[] Recover(FileKey key, byte[] encrypted)
    {
        var header = PartHeader.Read(encrypted);
        return Decrypt(key, new PartAttempt(header.PartNumber, PartLayout.PlaintextBytes(encrypted.Length), header.Salt), encrypted);
    }

    /// <summary>The encrypted bytes of a segment, with its tag.</summary>
    public byte[] Segment(int segment) =>
        Encrypted[(int)PartLayout.SegmentOffset(segment)..(int)Math.Min(Encrypted.Length, PartLayout.SegmentOffset(segment + 1))];

    /// <summary>The part with these segments instead of its own.</summary>
    public byte[] With(params byte[][] segments) => [.. Encrypted[..PartLayout.HeaderBytes], .. segments.SelectMany(s => s)];
}
