using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Headroom.Durability;
using Headroom.Vectors.Coding;
using Microsoft.Win32.SafeHandles;

namespace Headroom.Vectors.Storage;

/// <summary>
/// The two files that can be made again from the records: signs with what belongs to them, and int8 codes, in blocks of
/// <see cref="VectorLayout.BlockSlots"/>. Rows are written in groups of 64 slots.
/// </summary>
internal sealed class CodeFiles : IDisposable
{
    private const int GroupSlots = 64;

    private readonly VectorLayout _layout;
    private readonly Rotation _rotation;
    private readonly float[] _centroid;
    private readonly float[] _scratch;
    private readonly sbyte[] _codes;
    private readonly ulong[] _signs;
    private readonly long[] _ids = new long[GroupSlots];
    private readonly float[] _scales = new float[GroupSlots];
    private readonly float[] _factors = new float[GroupSlots];
    private readonly float[] _errors = new float[GroupSlots];
    private ulong _marks;
    private int _first;
    private int _count;

    public CodeFiles(string signsPath, string codesPath, VectorLayout layout, Rotation rotation)
    {
        _layout = layout;
        _rotation = rotation;
        _centroid = new float[layout.Dimensions];
        _scratch = new float[layout.Dimensions];
        _codes = new sbyte[GroupSlots * layout.CodeBytes];
        _signs = new ulong[GroupSlots * layout.SignWords];
        Signs = Open(signsPath);
        try
        {
            Codes = Open(codesPath);
        }
        catch
        {
            Signs.Dispose();
            throw;
        }
    }

    public SafeFileHandle Signs { get; }

    public SafeFileHandle Codes { get; }

    /// <summary>Bytes of buffers for vectors of this length.</summary>
    public static long BytesFor(VectorLayout layout) =>
        (GroupSlots * (layout.CodeBytes + (layout.SignWords * 8) + 20)) + (2 * layout.Dimensions * sizeof(float));

    /// <summary>Makes the files long enough for so many blocks, so that they may be read through the mapping.</summary>
    public void Extend(int blocks)
    {
        Extend(Signs, (long)blocks * _layout.SignBlockBytes);
        Extend(Codes, (long)blocks * _layout.CodeBlockBytes);
    }

    /// <summary>Begins a block: differences in it are taken from this centroid.</summary>
    public void BeginBlock(int block, ReadOnlySpan<float> centroid)
    {
        centroid.CopyTo(_centroid);
        RandomAccess.Write(Signs, MemoryMarshal.AsBytes<float>(_centroid), SignsAt(block) + VectorLayout.CentroidAt);
    }

    /// <summary>Goes on in a block that was begun before.</summary>
    public void ResumeBlock(ReadOnlySpan<float> centroid) => centroid.CopyTo(_centroid);

    /// <summary>Codes a vector, or marks a deletion. Slots come in rising order, one after the other.</summary>
    public void Append(int slot, long id, ReadOnlySpan<float> vector, bool deletion, Columns columns)
    {
        if (_count == 0)
        {
            _first = slot;
            _marks = columns.Marks(slot & ~(GroupSlots - 1)) & ((1ul << (slot & (GroupSlots - 1))) - 1);
        }
        var row = _count++;
        _ids[row] = id;
        var code = _codes.AsSpan(row * _layout.CodeBytes, _layout.CodeBytes);
        var signs = _signs.AsSpan(row * _layout.SignWords, _layout.SignWords);
        if (deletion)
        {
            _marks |= 1ul << (slot & (GroupSlots - 1));
            (_scales[row], _factors[row], _errors[row]) = (0, 0, 0);
            code.Clear();
            signs.Clear();
        }
        else
        {
            _scales[row] = ScalarCode.Quantize(vector, code);
            (_factors[row], _errors[row]) = SignCode.Encode(vector, _centroid, _rotation, _scratch, signs);
        }
        if ((slot + 1) % GroupSlots == 0)
            Flush();
    }

    /// <summary>Writes the rows that wait.</summary>
    public void Flush()
    {
        if (_count == 0)
            return;
        var (block, row) = (SignsAt(_first / VectorLayout.BlockSlots), _first % VectorLayout.BlockSlots);
        RandomAccess.Write(Codes, MemoryMarshal.AsBytes(_codes.AsSpan(0, _count * _layout.CodeBytes)), (long)_first * _layout.CodeBytes);
        Write(_ids.AsSpan(0, _count), block + _layout.IdsAt, row);
        Write(_scales.AsSpan(0, _count), block + _layout.ScalesAt, row);
        Write(_factors.AsSpan(0, _count), block + _layout.FactorsAt, row);
        Write(_errors.AsSpan(0, _count), block + _layout.ErrorsAt, row);
        RandomAccess.Write(
            Signs,
            MemoryMarshal.AsBytes(_signs.AsSpan(0, _count * _layout.SignWords)),
            block + _layout.SignsAt + ((long)row * _layout.SignWords * sizeof(ulong)));
        RandomAccess.Write(Signs, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in _marks)), block + _layout.MarksAt + (row / 64 * sizeof(ulong)));
        _count = 0;
    }

    /// <summary>Forgets the rows that wait.</summary>
    public void Discard() => _count = 0;

    /// <summary>Overwrites a slot that is written, and marks it as a deletion. No rows may wait.</summary>
    public void Erase(int slot, Columns columns)
    {
        var (block, row) = (SignsAt(slot / VectorLayout.BlockSlots), slot % VectorLayout.BlockSlots);
        var signs = _layout.SignWords * sizeof(ulong);
        var zeros = new byte[Math.Max(_layout.CodeBytes, signs)];
        RandomAccess.Write(Codes, zeros.AsSpan(0, _layout.CodeBytes), (long)slot * _layout.CodeBytes);
        RandomAccess.Write(Signs, zeros.AsSpan(0, signs), block + _layout.SignsAt + ((long)row * signs));
        foreach (var column in (int[])[_layout.ScalesAt, _layout.FactorsAt, _layout.ErrorsAt])
            RandomAccess.Write(Signs, zeros.AsSpan(0, sizeof(float)), block + column + (row * sizeof(float)));
        var marks = columns.Marks(slot & ~(GroupSlots - 1)) | (1ul << (slot & (GroupSlots - 1)));
        RandomAccess.Write(Signs, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in marks)), block + _layout.MarksAt + (row / 64 * sizeof(ulong)));
    }

    /// <summary>Overwrites the rows of a block from a slot on and cuts off the blocks behind it: what was never committed. No rows may wait.</summary>
    public void ClearFrom(int slot)
    {
        var blocks = VectorLayout.Blocks(slot);
        Cut(Signs, (long)blocks * _layout.SignBlockBytes);
        Cut(Codes, (long)blocks * _layout.CodeBlockBytes);
        var (row, block) = (slot % VectorLayout.BlockSlots, SignsAt(slot / VectorLayout.BlockSlots));
        if (row == 0)
            return;
        Clear(Codes, (long)slot * _layout.CodeBytes, (long)blocks * _layout.CodeBlockBytes);
        foreach (var (column, bytes) in (ReadOnlySpan<(int, int)>)
            [(_layout.IdsAt, sizeof(long)), (_layout.ScalesAt, sizeof(float)), (_layout.FactorsAt, sizeof(float)), (_layout.ErrorsAt, sizeof(float)),
                (_layout.SignsAt, _layout.SignWords * sizeof(ulong))])
            Clear(Signs, block + column + ((long)row * bytes), block + column + ((long)VectorLayout.BlockSlots * bytes));
    }

    /// <summary>Writes everything through to the device.</summary>
    public void FlushToDisk()
    {
        RandomAccess.FlushToDisk(Signs);
        RandomAccess.FlushToDisk(Codes);
    }

    /// <summary>Ends a block with its checksums, and writes it through so that few dirty pages pile up.</summary>
    public void SealBlock(int block, Columns columns)
    {
        Span<byte> header = stackalloc byte[VectorLayout.SignsHeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], block);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Crc32C.Compute(columns.CodeBlock(block)));
        RandomAccess.Write(Signs, header, SignsAt(block));
        BinaryPrimitives.WriteUInt32LittleEndian(header, Crc32C.Compute(columns.SignBlock(block)[sizeof(uint)..]));
        RandomAccess.Write(Signs, header, SignsAt(block));
        FlushToDisk();
    }

    /// <summary>Whether a block that was sealed is what it was.</summary>
    public static bool IsWhole(int block, Columns columns)
    {
        var signs = columns.SignBlock(block);
        return BinaryPrimitives.ReadUInt32LittleEndian(signs) == Crc32C.Compute(signs[sizeof(uint)..])
            && BinaryPrimitives.ReadInt32LittleEndian(signs[8..]) == block
            && BinaryPrimitives.ReadUInt32LittleEndian(signs[4..]) == Crc32C.Compute(columns.CodeBlock(block));
    }

    public void Dispose()
    {
        Signs.Dispose();
        Codes.Dispose();
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static void Extend(SafeFileHandle file, long length)
    {
        if (RandomAccess.GetLength(file) < length)
            RandomAccess.SetLength(file, length);
    }

    private static void Cut(SafeFileHandle file, long length)
    {
        if (RandomAccess.GetLength(file) > length)
            RandomAccess.SetLength(file, length);
    }

    private static void Clear(SafeFileHandle file, long from, long to)
    {
        var zeros = new byte[Math.Min(64 * 1024, to - from)];
        for (; from < to; from += zeros.Length)
            RandomAccess.Write(file, zeros.AsSpan(0, (int)Math.Min(zeros.Length, to - from)), from);
    }

    private long SignsAt(int block) => (long)block * _layout.SignBlockBytes;

    private void Write<T>(Span<T> values, long at, int row)
        where T : unmanaged => RandomAccess.Write(Signs, MemoryMarshal.AsBytes(values), at + (row * System.Runtime.CompilerServices.Unsafe.SizeOf<T>()));
}
