using Headroom.Vectors.Coding;

namespace Headroom.Vectors.Storage;

/// <summary>Where things are in the three files, in bytes; docs/reference/vector-file.md has the same in words.</summary>
internal readonly record struct VectorLayout(int Dimensions)
{
    /// <summary>Slots of a block: what one checksum of the code files covers.</summary>
    public const int BlockSlots = 1024;

    /// <summary>Before the first record: the identity and the two commit marks, a page each.</summary>
    public const int RecordsAt = 3 * 4096;

    /// <summary>Before a record's components: id, kind, checksum.</summary>
    public const int RecordHeaderBytes = 16;

    /// <summary>Of a block of signs.</summary>
    public const int SignsHeaderBytes = 64;

    public const int CentroidAt = SignsHeaderBytes;

    public int RecordBytes => RecordHeaderBytes + (sizeof(float) * Dimensions);

    public int CodeBytes => ScalarCode.LengthFor(Dimensions);

    public int CodeBlockBytes => CodeBytes * BlockSlots;

    public int SignWords => (Dimensions + 63) / 64;

    public int IdsAt => CentroidAt + RoundUp(Dimensions * sizeof(float));

    public int MarksAt => IdsAt + (BlockSlots * sizeof(long));

    public int ScalesAt => MarksAt + (BlockSlots / 8);

    public int FactorsAt => ScalesAt + (BlockSlots * sizeof(float));

    public int ErrorsAt => FactorsAt + (BlockSlots * sizeof(float));

    public int SignsAt => ErrorsAt + (BlockSlots * sizeof(float));

    public int SignBlockBytes => SignsAt + (BlockSlots * SignWords * sizeof(ulong));

    public long RecordAt(int slot) => RecordsAt + ((long)slot * RecordBytes);

    /// <summary>How many blocks it takes to hold so many slots.</summary>
    public static int Blocks(int slots) => (int)(((long)slots + BlockSlots - 1) / BlockSlots);

    private static int RoundUp(int bytes) => (bytes + 63) & ~63;
}
