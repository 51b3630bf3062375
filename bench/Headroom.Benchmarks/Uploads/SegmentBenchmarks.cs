using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Benchmarks.Uploads;

/// <summary>
/// One core encrypts and decrypts parts of 8 MiB; times are for one segment of 64 KiB, with its share of the part's key
/// derivation and header. To compare with: openssl speed -evp aes-256-gcm -bytes 65536.
/// </summary>
public class SegmentBenchmarks : IDisposable
{
    private const int Segments = 128;
    private readonly FileKey _key = FileKey.Create(Guid.NewGuid());
    private readonly AesGcm _gcm = new(RandomNumberGenerator.GetBytes(32), PartLayout.TagBytes);
    private readonly byte[] _plaintext = RandomNumberGenerator.GetBytes(PartLayout.SegmentBytes);
    private readonly byte[] _buffer = new byte[PartLayout.EncryptedSegmentBytes];
    private readonly byte[] _nonce = new byte[12];
    private readonly MemoryStream _body = new(new byte[Segments * PartLayout.SegmentBytes], writable: false);
    private readonly byte[] _part;
    private readonly PartAttempt _attempt;

    public SegmentBenchmarks()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        using var part = new MemoryStream();
        part.Write(encryptor.Header.Span);
        for (var i = 0; i < Segments; i++)
            part.Write(_buffer.AsSpan(..encryptor.Encrypt(_plaintext, final: i == Segments - 1, _buffer)));
        (_part, _attempt) = (part.ToArray(), encryptor.Attempt);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        _gcm.Dispose();
        _body.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Segments, Description = "AesGcm alone")]
    public void AesGcmAlone()
    {
        for (var i = 0; i < Segments; i++)
            _gcm.Encrypt(_nonce, _plaintext, _buffer.AsSpan(..PartLayout.SegmentBytes), _buffer.AsSpan(PartLayout.SegmentBytes));
    }

    [Benchmark(OperationsPerInvoke = Segments, Description = "PartEncryptor")]
    public void Encrypt()
    {
        using var encryptor = new PartEncryptor(_key, 1);
        for (var i = 0; i < Segments; i++)
            encryptor.Encrypt(_plaintext, final: i == Segments - 1, _buffer);
    }

    [Benchmark(OperationsPerInvoke = Segments, Description = "BodyEncryptor")]
    public async Task EncryptBody()
    {
        _body.Position = 0;
        using var encryptor = new PartEncryptor(_key, 1);
        var encryption = new BodyEncryptor(_body, encryptor);
        while (await encryption.EncryptAsync(_buffer) > 0)
        {
        }
    }

    [Benchmark(OperationsPerInvoke = Segments, Description = "PartDecryptor")]
    public void Decrypt()
    {
        using var decryptor = new PartDecryptor(_key, _attempt);
        for (var i = 0; i < Segments; i++)
            decryptor.Decrypt(i, _part.AsSpan(PartLayout.HeaderBytes + (i * PartLayout.EncryptedSegmentBytes), PartLayout.EncryptedSegmentBytes), _buffer);
    }
}
