using System.Buffers.Binary;
using System.Text;
using Headroom.Keys;

namespace Headroom.Faces.Matching;

/// <summary>Encrypts templates, each bound to its row: none can stand in for another person's, or for another model's.</summary>
internal sealed class TemplateCipher(MasterKeyRing ring) : IDisposable
{
    private readonly ValueCipher _cipher = new(ring, "headroom/1/face-template");

    /// <summary>The current master key, as rows name it.</summary>
    public long Current => Number(_cipher.Current);

    /// <summary>What a template takes in its row, in bytes.</summary>
    public static int SealedBytes(int dimensions) => (dimensions * sizeof(float)) + ValueCipher.Overhead;

    /// <summary>Insists that a master key is there.</summary>
    /// <exception cref="MasterKeyException">It is not.</exception>
    public void Require(long masterKey) => _cipher.Require(new MasterKeyId((ulong)masterKey));

    /// <summary>Encrypts a vector.</summary>
    public byte[] Seal(ReadOnlySpan<byte> vector, string id, long staffKey, string model) => _cipher.Seal(vector, Identity(id, staffKey, model));

    /// <summary>Decrypts a vector where it lies.</summary>
    /// <returns>False when it is not what was written.</returns>
    /// <exception cref="MasterKeyException">Its master key is missing.</exception>
    public bool TryOpen(long masterKey, byte[] vector, string id, long staffKey, string model, out ReadOnlyMemory<byte> opened) =>
        _cipher.TryOpen(new MasterKeyId((ulong)masterKey), vector, Identity(id, staffKey, model), out opened);

    public void Dispose() => _cipher.Dispose();

    private static long Number(MasterKeyId key) => unchecked((long)key.Value);

    /// <summary>The person's key, the template's id and the model's name, which is the only one of varying length.</summary>
    private static byte[] Identity(string id, long staffKey, string model)
    {
        var identity = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(id) + Encoding.UTF8.GetByteCount(model)];
        BinaryPrimitives.WriteInt64BigEndian(identity, staffKey);
        var written = Encoding.UTF8.GetBytes(id, identity.AsSpan(sizeof(long)));
        Encoding.UTF8.GetBytes(model, identity.AsSpan(sizeof(long) + written));
        return identity;
    }
}
