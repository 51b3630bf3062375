using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Blobs.Disk;

/// <summary>
/// A complete object's parts in their order, 16 bytes each: offset and length, little endian. It is searched where it
/// is, so that an object with ten thousand parts takes no more memory to read than one with a single one.
/// </summary>
internal static class DiskIndex
{
    public const int RecordBytes = 16;

    public static void Encode(BlobPart part, Span<byte> record)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record, part.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], part.Length);
    }

    public static int Count(SafeFileHandle index) => (int)(RandomAccess.GetLength(index) / RecordBytes);

    public static (long Offset, long Length) Read(SafeFileHandle index, int number)
    {
        Span<byte> record = stackalloc byte[RecordBytes];
        if (RandomAccess.Read(index, record, (long)number * RecordBytes) != RecordBytes)
            throw new BlobException(BlobProblem.Damaged, "The index of a stored object is truncated. Restore it from a backup.");
        return (BinaryPrimitives.ReadInt64LittleEndian(record), BinaryPrimitives.ReadInt64LittleEndian(record[8..]));
    }

    /// <summary>The object's length.</summary>
    public static long Length(SafeFileHandle index)
    {
        var (offset, length) = Count(index) > 0 ? Read(index, Count(index) - 1) : default;
        return offset + length;
    }

    /// <summary>The number of the part that holds a position inside the object.</summary>
    public static int Find(SafeFileHandle index, long position)
    {
        var (low, high) = (0, Count(index) - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Read(index, middle).Offset <= position)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
