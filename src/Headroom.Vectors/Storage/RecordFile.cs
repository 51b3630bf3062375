using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Headroom.Durability;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Vectors.Storage;

/// <summary>
/// The file that everything else follows from: what was put and deleted, in order, each record with its own checksum,
/// and how many of them are committed.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    private const uint Version = 1;
    private const int PageBytes = 4096;
    private const int ReadSlots = 32;

    private readonly VectorLayout _layout;

    private RecordFile(string path, SafeFileHandle handle, VectorLayout layout)
    {
        Path = path;
        Handle = handle;
        _layout = layout;
    }

    private static ReadOnlySpan<byte> Magic => "HRVECTOR"u8;

    public string Path { get; private set; }

    public SafeFileHandle Handle { get; }

    /// <summary>How many records are committed.</summary>
    public int Committed { get; private set; }

    /// <summary>Whether one of the two commit marks was damaged and written again from the other.</summary>
    public bool RepairedMark { get; private set; }

    /// <summary>Whether there was more in it when it was opened than was committed.</summary>
    public bool HadUncommitted { get; private set; }

    /// <summary>What reading takes, in bytes.</summary>
    public static int BytesFor(VectorLayout layout) => ReadSlots * layout.RecordBytes;

    /// <summary>Makes an empty file.</summary>
    public static RecordFile Create(string path, VectorLayout layout)
    {
        var file = new RecordFile(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), layout);
        try
        {
            Span<byte> identity = stackalloc byte[PageBytes];
            identity.Clear();
            Magic.CopyTo(identity);
            BinaryPrimitives.WriteUInt32LittleEndian(identity[8..], Version);
            BinaryPrimitives.WriteInt32LittleEndian(identity[12..], layout.Dimensions);
            BinaryPrimitives.WriteUInt32LittleEndian(identity[^4..], Crc32C.Compute(identity[..^4]));
            RandomAccess.Write(file.Handle, identity, 0);
            file.Commit(0);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file and cuts what was never committed.</summary>
    /// <exception cref="VectorIndexException">Damaged, of another version, or for vectors of another length.</exception>
    public static RecordFile Open(string path, VectorLayout layout)
    {
        var file = new RecordFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), layout);
        try
        {
            file.CheckIdentity();
            file.ReadMarks();
            var length = RandomAccess.GetLength(file.Handle);
            if (length < layout.RecordAt(file.Committed))
                throw file.Damaged($"{file.Committed} vectors were committed, but the file ends at byte {length} of {layout.RecordAt(file.Committed)}");
            file.HadUncommitted = length > layout.RecordAt(file.Committed);
            file.CutUncommitted();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Fills in a record whose components are in place already.</summary>
    public static void Seal(Span<byte> record, int slot, long id, bool deletion)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record, id);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], deletion ? 1u : 0u);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], Checksum(record, slot));
    }

    /// <summary>Reads whole records.</summary>
    /// <exception cref="VectorIndexException">The file ends before them.</exception>
    public void Read(Span<byte> records, int slot)
    {
        for (var at = _layout.RecordAt(slot); !records.IsEmpty;)
        {
            var read = RandomAccess.Read(Handle, records, at);
            if (read == 0)
                throw Damaged($"the file ends at byte {at}");
            records = records[read..];
            at += read;
        }
    }

    /// <summary>Reads records one after the other: through the mapping nothing is read ahead.</summary>
    /// <exception cref="VectorIndexException">A checksum is wrong.</exception>
    public void Visit(int from, int to, RecordVisitor visit)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BytesFor(_layout));
        try
        {
            for (var slot = from; slot < to; slot++)
            {
                var place = (slot - from) % ReadSlots;
                if (place == 0)
                    Read(buffer.AsSpan(0, Math.Min(ReadSlots, to - slot) * _layout.RecordBytes), slot);
                var vector = Parse(buffer.AsSpan(place * _layout.RecordBytes, _layout.RecordBytes), slot, out var id, out var deletion);
                visit(slot, id, vector, deletion);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Checks a record.</summary>
    /// <returns>Its components.</returns>
    /// <exception cref="VectorIndexException">The checksum is wrong.</exception>
    public ReadOnlySpan<float> Parse(ReadOnlySpan<byte> record, int slot, out long id, out bool deletion)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[12..]) != Checksum(record, slot))
            throw Damaged($"the checksum of record {slot} is wrong");
        id = BinaryPrimitives.ReadInt64LittleEndian(record);
        deletion = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]) != 0;
        return MemoryMarshal.Cast<byte, float>(record[VectorLayout.RecordHeaderBytes..]);
    }

    public void Write(ReadOnlySpan<byte> records, int slot) => RandomAccess.Write(Handle, records, _layout.RecordAt(slot));

    /// <summary>
    /// Makes the first so many records count, power failure or not: the records are written through first, then one mark,
    /// then the other. So one mark is whole at any moment, and a damaged one is told from one that was being written.
    /// </summary>
    public void Commit(int count)
    {
        RandomAccess.FlushToDisk(Handle);
        WriteMark(1, count);
        RandomAccess.FlushToDisk(Handle);
        WriteMark(2, count);
        Committed = count;
    }

    public void CutUncommitted() => RandomAccess.SetLength(Handle, _layout.RecordAt(Committed));

    /// <summary>Gives the file its name, durably.</summary>
    public void Publish(string path)
    {
        File.Move(Path, path);
        DurableFolder.Flush(System.IO.Path.GetDirectoryName(path)!);
        Path = path;
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>Covers the place as well as the content: a record that was written elsewhere is a wrong one.</summary>
    private static uint Checksum(ReadOnlySpan<byte> record, int slot)
    {
        Span<byte> place = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(place, slot);
        var crc = Crc32C.Compute(record[..12], Crc32C.Compute(place));
        return Crc32C.Compute(record[VectorLayout.RecordHeaderBytes..], crc);
    }

    private void CheckIdentity()
    {
        Span<byte> identity = stackalloc byte[PageBytes];
        if (RandomAccess.Read(Handle, identity, 0) < PageBytes
            || !identity.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(identity[^4..]) != Crc32C.Compute(identity[..^4]))
            throw Damaged("its header is not one");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(identity[8..]);
        if (version != Version)
            throw new VectorIndexException(
                VectorIndexProblem.OtherVersion,
                $"'{Path}' has version {version} of the format, this program knows {Version}. "
                + "Run the newer program, or delete the folder and build the index again.");
        var dimensions = BinaryPrimitives.ReadInt32LittleEndian(identity[12..]);
        if (dimensions != _layout.Dimensions)
            throw new VectorIndexException(
                VectorIndexProblem.OtherDimensions,
                $"'{Path}' holds vectors of {dimensions} components, not {_layout.Dimensions}. Use another folder for each model.");
    }

    private void ReadMarks()
    {
        var (first, second) = (ReadMark(1), ReadMark(2));
        Committed = first ?? second ?? throw Damaged("neither commit mark is whole");
        if (first == second)
            return;
        RepairedMark = first is null || second is null;
        Commit(Committed);
    }

    private void WriteMark(int page, int count)
    {
        Span<byte> mark = stackalloc byte[PageBytes];
        mark.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(mark, count);
        BinaryPrimitives.WriteUInt32LittleEndian(mark[^4..], Crc32C.Compute(mark[..^4]));
        RandomAccess.Write(Handle, mark, page * PageBytes);
    }

    private int? ReadMark(int page)
    {
        Span<byte> mark = stackalloc byte[PageBytes];
        return RandomAccess.Read(Handle, mark, page * PageBytes) == PageBytes
            && BinaryPrimitives.ReadUInt32LittleEndian(mark[^4..]) == Crc32C.Compute(mark[..^4])
            ? BinaryPrimitives.ReadInt32LittleEndian(mark)
            : null;
    }

    private VectorIndexException Damaged(string what) => VectorIndexException.Damaged(Path, what);
}
