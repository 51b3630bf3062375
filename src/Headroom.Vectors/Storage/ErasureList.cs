using System.Buffers.Binary;
using Headroom.Durability;

namespace Headroom.Vectors.Storage;

/// <summary>
/// The slots that are being overwritten, in a file of their own while they are: a record that a crash left half overwritten
/// is written anew from it. Slots (int32) and ids (int64), and the checksum of them all at the end.
/// </summary>
internal static class ErasureList
{
    public const string Extension = ".erasing";

    /// <summary>As many slots at once.</summary>
    public const int Most = 4096;

    private const int EntryBytes = sizeof(int) + sizeof(long);

    /// <summary>Writes the list; it is on the disk when this returns.</summary>
    public static void Write(string path, IReadOnlyList<(int Slot, long Id)> slots)
    {
        var bytes = new byte[(slots.Count * EntryBytes) + sizeof(uint)];
        for (var i = 0; i < slots.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * EntryBytes), slots[i].Slot);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan((i * EntryBytes) + sizeof(int)), slots[i].Id);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(^sizeof(uint)..), Crc32C.Compute(bytes.AsSpan(..^sizeof(uint))));
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, bytes, 0);
            RandomAccess.FlushToDisk(file);
        }
        DurableFolder.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads the list.</summary>
    /// <returns>Nothing when there is none, or one that is not whole: nothing was overwritten then.</returns>
    public static IReadOnlyList<(int Slot, long Id)> Read(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > (Most * EntryBytes) + sizeof(uint))
            return [];
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < sizeof(uint)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(^sizeof(uint)..)) != Crc32C.Compute(bytes.AsSpan(..^sizeof(uint))))
            return [];
        var slots = new List<(int, long)>();
        for (var at = 0; at + EntryBytes < bytes.Length; at += EntryBytes)
            slots.Add((BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + sizeof(int)))));
        return slots;
    }
}
