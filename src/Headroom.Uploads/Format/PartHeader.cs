using System.Buffers.Binary;

namespace Headroom.Uploads.Format;

/// <summary>
/// The first <see cref="PartLayout.HeaderBytes"/> bytes of an encrypted part, as they claim to be: for finding out what
/// a stray part belongs to. Nothing in it is true before a <see cref="PartDecryptor"/> has checked it.
/// </summary>
public readonly struct PartHeader
{
    private const int NumberAt = 4;
    private const int FileAt = 8;
    private const int SaltAt = 24;
    internal const int CommitmentAt = SaltAt + PartLayout.SaltBytes;

    private PartHeader(Guid fileId, int partNumber, byte[] salt) => (FileId, PartNumber, Salt) = (fileId, partNumber, salt);

    /// <summary>The file that the part belongs to.</summary>
    public Guid FileId { get; }

    /// <summary>Number of the part.</summary>
    public int PartNumber { get; }

    /// <summary>The attempt's salt.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    private static ReadOnlySpan<byte> Magic => "HRP\u0001"u8;

    /// <summary>Reads a header.</summary>
    /// <exception cref="ContainerException">It is none.</exception>
    public static PartHeader Read(ReadOnlySpan<byte> header)
    {
        if (header.Length < PartLayout.HeaderBytes)
            throw new ContainerException(ContainerProblem.Truncated, $"A part's header has {PartLayout.HeaderBytes} bytes; there are only {header.Length}.");
        if (!header.StartsWith(Magic))
            throw new ContainerException(ContainerProblem.UnknownFormat, "This is not an encrypted part of version 1 of the format.");
        var number = BinaryPrimitives.ReadUInt32BigEndian(header[NumberAt..]);
        if (number is 0 or > PartLayout.MaxParts)
            throw new ContainerException(ContainerProblem.Damaged, $"The header says part {number}; parts are numbered from 1 to {PartLayout.MaxParts}.");
        return new PartHeader(new Guid(header[FileAt..SaltAt], bigEndian: true), (int)number, header[SaltAt..CommitmentAt].ToArray());
    }

    /// <summary>Writes all but the commitment.</summary>
    internal static void Write(Span<byte> header, Guid fileId, int partNumber, ReadOnlySpan<byte> salt)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32BigEndian(header[NumberAt..], (uint)partNumber);
        fileId.TryWriteBytes(header[FileAt..], bigEndian: true, out _);
        salt.CopyTo(header[SaltAt..]);
    }
}
