using Microsoft.Win32.SafeHandles;

namespace Headroom.Vectors.Storage;

/// <summary>The three files as memory, for as long as anybody reads them. Counted: the last to let go unmaps.</summary>
internal sealed unsafe class Columns : IDisposable
{
    private readonly MappedFile _records;
    private readonly MappedFile _signs;
    private readonly MappedFile _codes;
    private readonly VectorLayout _layout;
    private int _references = 1;

    /// <summary>Maps so many blocks, whether the files are that long already or not.</summary>
    public Columns(VectorLayout layout, SafeFileHandle records, SafeFileHandle signs, SafeFileHandle codes, int capacity)
    {
        _layout = layout;
        Capacity = capacity;
        _records = new MappedFile(records, layout.RecordAt(capacity * VectorLayout.BlockSlots), random: true);
        _signs = new MappedFile(signs, (long)capacity * layout.SignBlockBytes, random: false);
        _codes = new MappedFile(codes, (long)capacity * layout.CodeBlockBytes, random: false);
    }

    /// <summary>In blocks.</summary>
    public int Capacity { get; }

    /// <summary>Keeps the mappings; false when they are gone.</summary>
    public bool TryAddReference()
    {
        for (var seen = Volatile.Read(ref _references); seen > 0; seen = Volatile.Read(ref _references))
        {
            if (Interlocked.CompareExchange(ref _references, seen + 1, seen) == seen)
                return true;
        }
        return false;
    }

    /// <summary>Lets go of one reference.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) > 0)
            return;
        _records.Dispose();
        _signs.Dispose();
        _codes.Dispose();
    }

    public ReadOnlySpan<byte> Record(int slot) => new(_records.Data + _layout.RecordAt(slot), _layout.RecordBytes);

    public sbyte* Code(int slot) => (sbyte*)_codes.Data + ((long)slot * _layout.CodeBytes);

    public ReadOnlySpan<byte> CodeBlock(int block) => new(_codes.Data + ((long)block * _layout.CodeBlockBytes), _layout.CodeBlockBytes);

    public ReadOnlySpan<byte> SignBlock(int block) => new(At(block, 0), _layout.SignBlockBytes);

    public ReadOnlySpan<float> Centroid(int block) => new(At(block, VectorLayout.CentroidAt), _layout.Dimensions);

    public long Id(int slot) => Column<long>(slot, _layout.IdsAt)[slot % VectorLayout.BlockSlots];

    public float Scale(int slot) => Column<float>(slot, _layout.ScalesAt)[slot % VectorLayout.BlockSlots];

    public float* Factors(int block) => (float*)At(block, _layout.FactorsAt);

    public float* Errors(int block) => (float*)At(block, _layout.ErrorsAt);

    public ulong* Signs(int block) => (ulong*)At(block, _layout.SignsAt);

    /// <summary>64 slots' marks from a slot that is a multiple of 64: a bit is set where the slot says that an id is deleted.</summary>
    public ulong Marks(int slot) => Column<ulong>(slot, _layout.MarksAt)[slot % VectorLayout.BlockSlots / 64];

    public bool IsDeletion(int slot) => (Marks(slot & ~63) >> (slot & 63) & 1) != 0;

    private T* Column<T>(int slot, int at)
        where T : unmanaged => (T*)At(slot / VectorLayout.BlockSlots, at);

    private byte* At(int block, int offset) => _signs.Data + ((long)block * _layout.SignBlockBytes) + offset;
}
