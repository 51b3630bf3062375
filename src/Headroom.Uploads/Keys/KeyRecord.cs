using System.Buffers.Binary;
using Headroom.Keys;

namespace Headroom.Uploads.Keys;

/// <summary>Where things lie in a wrapped file key. Specified in docs/reference/format.md.</summary>
internal static class KeyRecord
{
    public const int MasterKeyIdAt = 4;
    public const int FileAt = 12;
    public const int SaltAt = 28;
    public const int CommitmentAt = SaltAt + CommittedKey.SaltBytes;
    public const int WrappedAt = CommitmentAt + CommittedKey.CommitmentBytes;
    public const int Bytes = WrappedAt + CommittedKey.KeyBytes + CommittedKey.TagBytes;

    public static ReadOnlySpan<byte> Magic => "HRK\u0001"u8;

    public static MasterKeyId MasterKeyId(ReadOnlySpan<byte> record)
    {
        if (record.Length != Bytes)
            throw new ContainerException(
                record.Length < Bytes ? ContainerProblem.Truncated : ContainerProblem.TooLong,
                $"A wrapped file key has {Bytes} bytes, not {record.Length}. Restore it from a copy.");
        if (!record.StartsWith(Magic))
            throw new ContainerException(ContainerProblem.UnknownFormat, "This is not a wrapped file key of version 1 of the format.");
        return new MasterKeyId(BinaryPrimitives.ReadUInt64BigEndian(record[MasterKeyIdAt..]));
    }

    public static Guid FileId(ReadOnlySpan<byte> record) => new(record[FileAt..SaltAt], bigEndian: true);

    /// <summary>Writes what stands before the commitment.</summary>
    public static void Write(Span<byte> record, MasterKeyId masterKey, Guid fileId, ReadOnlySpan<byte> salt)
    {
        Magic.CopyTo(record);
        BinaryPrimitives.WriteUInt64BigEndian(record[MasterKeyIdAt..], masterKey.Value);
        fileId.TryWriteBytes(record[FileAt..], bigEndian: true, out _);
        salt.CopyTo(record[SaltAt..]);
    }
}
