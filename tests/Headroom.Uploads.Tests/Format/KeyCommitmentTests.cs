using System.Security.Cryptography;
using Headroom.Keys;
using Headroom.Uploads.Format;
using Headroom.Uploads.Keys;

namespace Headroom.Uploads.Tests.Format;

/// <summary>Bytes whose tags are right, as somebody who knows the keys can make them, but which commit to another key.</summary>
public sealed class KeyCommitmentTests : IDisposable
{
    private readonly FileKey _key = Sample.NewKey();
    private readonly byte[] _salt = Sample.Bytes(32);
    private readonly byte[] _nonce = new byte[12];

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_manifest_opens_only_with_the_key_that_it_commits_to(bool honest)
    {
        var body = ManifestBody.Create("name", "", []).Bytes.Span;
        var stored = new byte[84 + body.Length + 16];
        "HRM\u0001"u8.CopyTo(stored);
        _key.FileId.TryWriteBytes(stored.AsSpan(4), bigEndian: true, out _);
        _salt.CopyTo(stored, 20);
        using var gcm = _key.DeriveManifest(_salt, stored.AsSpan(52, 32));
        stored[83] ^= (byte)(honest ? 0 : 1);
        gcm.Encrypt(_nonce, body, stored.AsSpan(84, body.Length), stored.AsSpan(84 + body.Length), stored.AsSpan(..84));

        Assert.Equal(honest ? null : ContainerProblem.WrongKey, Problem(() => Manifest.Open(_key, stored)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_part_opens_only_with_the_key_that_it_commits_to(bool honest)
    {
        var part = new byte[104];
        PartHeader.Write(part, _key.FileId, 1, _salt);
        using var gcm = _key.DerivePart(1, _salt, part.AsSpan(56, 32));
        part[87] ^= (byte)(honest ? 0 : 1);
        _nonce[11] = 1;
        gcm.Encrypt(_nonce, [], [], part.AsSpan(88), part.AsSpan(..88));
        using var decryptor = new PartDecryptor(_key, new PartAttempt(1, 0, _salt));

        Assert.Equal(honest ? null : ContainerProblem.WrongKey, Problem(() => decryptor.CheckHeader(part)));
        Assert.Equal(honest ? null : ContainerProblem.Damaged, Problem(() => decryptor.Decrypt(0, part.AsSpan(88), [])));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_key_unwraps_only_with_the_master_key_that_it_commits_to(bool honest)
    {
        var secret = Sample.Bytes(32);
        using var master = new MasterKey(secret);
        using var ring = MasterKeyRing.Parse(Convert.ToBase64String(secret));
        var record = new byte[140];
        KeyRecord.Write(record, master.Id, _key.FileId, _salt);
        using var gcm = master.Derive(_key.FileId, _salt, record.AsSpan(60, 32));
        record[91] ^= (byte)(honest ? 0 : 1);
        _key.Wrap(gcm, _nonce, record.AsSpan(92), record.AsSpan(..92));

        Assert.Equal(honest ? null : ContainerProblem.WrongKey, Problem(() => ring.Unwrap(_key.FileId, record).Dispose()));
    }

    [Fact]
    public void Other_secrets_salts_files_and_parts_give_other_keys()
    {
        var secret = Sample.Bytes(32);
        using var one = new FileKey(Guid.NewGuid(), secret);
        using var other = new FileKey(Guid.NewGuid(), secret);
        var salt = RandomNumberGenerator.GetBytes(32);
        byte[][] commitments =
        [
            Part(one, 1, _salt), Part(one, 2, _salt), Part(one, 1, salt),
            Part(other, 1, _salt), Part(_key, 1, _salt), Manifested(one), Manifested(other),
        ];

        Assert.Equal(commitments.Length, commitments.Select(Convert.ToHexString).Distinct().Count());
    }

    private static byte[] Part(FileKey key, int number, byte[] salt)
    {
        var commitment = new byte[32];
        key.DerivePart(number, salt, commitment).Dispose();
        return commitment;
    }

    private byte[] Manifested(FileKey key)
    {
        var commitment = new byte[32];
        key.DeriveManifest(_salt, commitment).Dispose();
        return commitment;
    }

    private static ContainerProblem? Problem(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ContainerException e)
        {
            return e.Problem;
        }
    }
}
