using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Headroom.Blobs.S3;

/// <summary>What is sent, as often as it takes: a length, checksums, and a stream that can be opened again.</summary>
internal sealed class S3Content
{
    private const int BufferBytes = 64 * 1024;

    private readonly Func<Stream> _open;

    private S3Content(Func<Stream> open, long length, byte[] md5, uint crc)
    {
        (_open, Length) = (open, length);
        Etag = Convert.ToHexStringLower(md5);
        Md5 = Convert.ToBase64String(md5);
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, crc);
        Crc32C = Convert.ToBase64String(bytes);
    }

    public long Length { get; }

    /// <summary>The MD5 in lower-case hexadecimal: what most servers answer as ETag.</summary>
    public string Etag { get; }

    /// <summary>The MD5 as <c>Content-MD5</c> has it.</summary>
    public string Md5 { get; }

    /// <summary>The CRC-32C (Castagnoli) as <c>x-amz-checksum-crc32c</c> has it.</summary>
    public string Crc32C { get; }

    public Stream Open() => _open();

    /// <summary>Reads it once for the checksums, through a buffer of 64 KiB.</summary>
    // MD5 is what S3 speaks, against accidents; against forgers there is the encryption's own tag.
#pragma warning disable CA5351
    public static async Task<S3Content> CreateAsync(Func<Stream> open, CancellationToken cancellationToken)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var (crc, length) = (0U, 0L);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var stream = open();
            while (await stream.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                md5.AppendData(buffer.AsSpan(0, read));
                crc = Durability.Crc32C.Compute(buffer.AsSpan(0, read), crc);
                length += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return new S3Content(open, length, md5.GetHashAndReset(), crc);
    }

    /// <summary>The ETag that S3 gives an object made of parts: the MD5 of the parts' MD5s, a dash, and their number.</summary>
    public static string EtagOfParts(IReadOnlyList<S3PartTag> parts)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var part in parts)
            md5.AppendData(Convert.FromHexString(part.Etag));
        return $"{Convert.ToHexStringLower(md5.GetHashAndReset())}-{parts.Count}";
    }
#pragma warning restore CA5351
}
