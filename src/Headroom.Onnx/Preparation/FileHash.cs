using System.Buffers;
using System.Security.Cryptography;

namespace Headroom.Onnx;

/// <summary>Hashes files of any size through one small buffer.</summary>
internal static class FileHash
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>SHA-256 of a file as 64 lower-case hexadecimal digits.</summary>
    public static string Sha256(string path, CancellationToken cancellationToken = default)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (long offset = 0; ;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, buffer, offset);
                if (read == 0)
                    return Convert.ToHexStringLower(hash.GetHashAndReset());
                hash.AppendData(buffer.AsSpan(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
