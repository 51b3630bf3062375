using System.Buffers.Binary;
using System.Text;
using Headroom.Keys;

namespace Headroom.Faces.Matching;

/// <summary>Encrypts templates, each bound to its row: none can stand in for another person's, or for another model's.</summary>
/// <param name="ring">Gives the master keys, at the first use: before, the database is not open.</param>
internal sealed class TemplateCipher(Func<MasterKeyRing> ring) : IDisposable
{
    private readonly Lazy<ValueCipher> _cipher = new(() => new ValueCipher(ring(), "headroom/1/face-template"));

    /// <summary>The current master key, as rows name it.</summary>
    public long Current => Number(_cipher.Value.Current);

    /// <summary>What a template takes in its row, in bytes.</summary>
    public static int SealedBytes(int dimensions) => (dimensions * sizeof(float)) + ValueCipher.Overhead;

    /// <summary>Insists that a master key is there.</summary>
    /// <exception cref="MasterKeyException">It is not.</exception>
    public void Require(long masterKey) => _cipher.Value.Require(new MasterKeyId((ulong)masterKey));

    /// <summary>Encrypts a vector.</summary>
    public byte[] Seal(ReadOnlySpan<byte> vector, string id, long staffKey, string model) => _cipher.Value.Seal(vector, Identity(id, staffKey, model));

    /// <summary>Decrypts a vector where it lies.</summary>
    /// <returns>False when it is not what was written.</returns>
    /// <exception cref="MasterKeyException">Its master key is missing.</exception>
    public bool TryOpen(long masterKey, byte[] vector, string id, long staffKey, string model, out ReadOnlyMemory<byte> opened) =>
        _cipher.Value.TryOpen(new MasterKeyId((ulong)masterKey), vector, Identity(id, staffKey, model), out opened);

    public void Dispose()
    {
        if (_cipher.IsValueCreated)
            _cipher.Value.Dispose();
    }

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
