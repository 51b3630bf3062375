using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Headroom.Vectors.Coding;

namespace Headroom.Vectors.Storage;

/// <summary>
/// One generation of an index: its three files and what is known of them in memory. Records are appended and then
/// committed; readers see committed ones only. One writer at a time; any number of readers.
/// </summary>
internal sealed class Store : IDisposable
{
    /// <summary>How many slots there can be.</summary>
    public const int MostSlots = 1 << 30;

    private const int LeastCapacity = 4;

    private readonly VectorLayout _layout;
    private readonly RecordFile _records;
    private readonly CodeFiles _codes;
    private readonly byte[] _record;
    private readonly float[] _mean;
    private readonly Eraser _eraser;
    private readonly SlotTable _table = new();
    private readonly Lock _publishing = new();
    private Columns _columns;
    private Snapshot? _snapshot;
    private int _written;

    private Store(RecordFile records, CodeFiles codes, VectorLayout layout)
    {
        _layout = layout;
        _records = records;
        _codes = codes;
        _record = new byte[layout.RecordBytes];
        _mean = new float[layout.Dimensions];
        _eraser = new Eraser(records, codes, layout);
        _columns = Map(Math.Max(LeastCapacity, VectorLayout.Blocks(records.Committed)));
        _snapshot = new Snapshot(_columns, 0, DeadSlots.None);
        _ = _columns.TryAddReference();
    }

    /// <summary>Blocks whose codes were made again from their records, and commit marks that were written again.</summary>
    public int Repairs { get; private set; }

    /// <summary>How many slots are written, committed or not.</summary>
    public int Written => _written;

    /// <summary>How many bytes of anonymous memory so many slots take, while they grow.</summary>
    public static long BytesFor(long count, VectorLayout layout) =>
        SlotTable.BytesFor(count)
        + DeadSlots.BytesFor(count)
        + CodeFiles.BytesFor(layout)
        + RecordFile.BytesFor(layout)
        + (10L * layout.Dimensions * sizeof(float))
        // Page tables are the kernel's and can't be taken back while the files are mapped: eight bytes a page.
        + (VectorLayout.Blocks((int)count)
            * (layout.RecordBytes + layout.CodeBytes + (layout.SignBlockBytes / VectorLayout.BlockSlots))
            * (long)VectorLayout.BlockSlots
            / 512);

    /// <summary>Makes an empty one.</summary>
    public static Store Create(string recordsPath, string signsPath, string codesPath, VectorLayout layout) =>
        Make(RecordFile.Create(recordsPath, layout), signsPath, codesPath, layout);

    /// <summary>Opens one: every sealed block is checked, what is not whole is made again from its records.</summary>
    /// <exception cref="VectorIndexException">The records are damaged, or of another kind.</exception>
    public static Store Open(string recordsPath, string signsPath, string codesPath, VectorLayout layout)
    {
        var store = Make(RecordFile.Open(recordsPath, layout), signsPath, codesPath, layout);
        try
        {
            store.Recover();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>What is committed now, with a reference that the caller releases.</summary>
    /// <returns>Null once this store is closed.</returns>
    public Snapshot? Acquire()
    {
        while (Volatile.Read(ref _snapshot) is { } snapshot)
        {
            if (snapshot.Columns.TryAddReference())
                return snapshot;
        }
        return null;
    }

    /// <summary>Reads a record of a snapshot that the caller holds.</summary>
    /// <returns>False when it died meanwhile and is overwritten, or is being overwritten.</returns>
    /// <exception cref="VectorIndexException">The checksum is wrong.</exception>
    public bool TryRead(Columns columns, int slot, out ReadOnlySpan<float> vector)
    {
        try
        {
            vector = _records.Parse(columns.Record(slot), slot, out _, out var deletion);
            return !deletion;
        }
        catch (VectorIndexException) when (Volatile.Read(ref _snapshot)?.Dead.Contains(slot) == true)
        {
            vector = [];
            return false;
        }
    }

    /// <summary>Reads records one after the other, from the file: through the mapping nothing is read ahead.</summary>
    /// <exception cref="VectorIndexException">A checksum is wrong.</exception>
    public void Read(int from, int to, RecordVisitor visit) => _records.Visit(from, to, visit);

    /// <summary>Whether an id is there, as far as committed.</summary>
    public bool Contains(long id) => _table.Find(id, _columns) >= 0;

    /// <summary>Appends a vector, or with an empty one a deletion.</summary>
    public void Append(long id, ReadOnlySpan<float> vector, bool deletion)
    {
        if (_written == MostSlots)
            throw new InvalidOperationException($"The index is full: it has {_written} slots. Compact it, or split it by something you always search by.");
        var slot = _written;
        var block = slot / VectorLayout.BlockSlots;
        if (slot % VectorLayout.BlockSlots == 0)
            BeginBlock(block);
        var components = _record.AsSpan(VectorLayout.RecordHeaderBytes);
        components.Clear();
        MemoryMarshal.AsBytes(vector).CopyTo(components);
        RecordFile.Seal(_record, slot, id, deletion);
        _records.Write(_record, slot);
        _codes.Append(slot, id, vector, deletion, _columns);
        _written++;
        if (_written % VectorLayout.BlockSlots == 0)
            SealBlock(block);
    }

    /// <summary>Makes what was appended count.</summary>
    public void Commit()
    {
        _codes.Flush();
        _records.Commit(_written);
        Apply();
    }

    /// <summary>Overwrites what a current snapshot's dead slots hold; on the disk when it returns. The caller holds the writers' lock.</summary>
    /// <returns>How many that were.</returns>
    public int Erase(Snapshot current, CancellationToken cancellationToken) => _eraser.Run(current, cancellationToken);

    /// <summary>Forgets what was appended since the last commit.</summary>
    public void Abandon()
    {
        _codes.Discard();
        _written = _records.Committed;
        _records.CutUncommitted();
        _codes.ClearFrom(_written);
        if (_written % VectorLayout.BlockSlots != 0)
            _codes.ResumeBlock(_columns.Centroid(_written / VectorLayout.BlockSlots));
    }

    /// <summary>Gives the record file its final name, durably: from then on this generation counts.</summary>
    public void Publish(string recordsPath) => _records.Publish(recordsPath);

    /// <summary>Closes the files; mappings go when their last reader does.</summary>
    public void Dispose()
    {
        lock (_publishing)
        {
            if (Interlocked.Exchange(ref _snapshot, null) is not { } last)
                return;
            last.Columns.Dispose();
            _columns.Dispose();
        }
        _records.Dispose();
        _codes.Dispose();
    }

    private static Store Make(RecordFile records, string signsPath, string codesPath, VectorLayout layout)
    {
        CodeFiles? codes = null;
        try
        {
            codes = new CodeFiles(signsPath, codesPath, layout, new Rotation(layout.Dimensions));
            return new Store(records, codes, layout);
        }
        catch
        {
            records.Dispose();
            codes?.Dispose();
            throw;
        }
    }

    private Columns Map(int blocks) =>
        new(_layout, _records.Handle, _codes.Signs, _codes.Codes, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)blocks));

    private void Recover()
    {
        var erasing = _eraser.ResumeRecords();
        if (_records.HadUncommitted)
            _codes.ClearFrom(_records.Committed);
        _codes.Extend(VectorLayout.Blocks(_records.Committed));
        var whole = new bool[_records.Committed / VectorLayout.BlockSlots];
        Parallel.For(0, whole.Length, block => whole[block] = CodeFiles.IsWhole(block, _columns));
        Repairs = whole.Count(isWhole => !isWhole) + (_records.RepairedMark ? 1 : 0);
        for (var block = 0; block < whole.Length; block++)
        {
            if (!whole[block])
                Remake(block, VectorLayout.BlockSlots);
        }
        // The last block has no checksum yet.
        if (_records.Committed % VectorLayout.BlockSlots is var rest and > 0)
            Remake(whole.Length, rest);
        _written = _records.Committed;
        _eraser.ResumeCodes(erasing, _columns);
        Apply();
    }

    private void Remake(int block, int slots)
    {
        BeginBlock(block);
        var first = block * VectorLayout.BlockSlots;
        Read(first, first + slots, (slot, id, vector, deletion) => _codes.Append(slot, id, vector, deletion, _columns));
        _codes.Flush();
        if (slots == VectorLayout.BlockSlots)
            _codes.SealBlock(block, _columns);
    }

    private void BeginBlock(int block)
    {
        if (block >= _columns.Capacity)
        {
            var larger = Map(block + 1);
            _columns.Dispose();
            _columns = larger;
        }
        _codes.Extend(block + 1);
        ComputeMean(block);
        _codes.BeginBlock(block, _mean);
    }

    private void SealBlock(int block)
    {
        RandomAccess.FlushToDisk(_records.Handle);
        _codes.SealBlock(block, _columns);
    }

    /// <summary>The mean of all vectors before a block: that before the block before it, and the vectors of that one.</summary>
    private void ComputeMean(int block)
    {
        Array.Clear(_mean);
        if (block == 0)
            return;
        var first = (block - 1) * VectorLayout.BlockSlots;
        Read(first, first + VectorLayout.BlockSlots, (_, _, vector, _) => TensorPrimitives.Add(_mean, vector, _mean));
        TensorPrimitives.Divide(_mean, VectorLayout.BlockSlots, _mean);
        TensorPrimitives.Subtract(_mean, _columns.Centroid(block - 1), _mean);
        TensorPrimitives.Divide(_mean, block, _mean);
        TensorPrimitives.Add(_mean, _columns.Centroid(block - 1), _mean);
    }

    /// <summary>Brings the table of ids up to what is written, and lets readers see it.</summary>
    private void Apply()
    {
        var died = new List<int>();
        var seen = Volatile.Read(ref _snapshot);
        ObjectDisposedException.ThrowIf(seen is null, this);
        for (var slot = seen.Slots; slot < _written; slot++)
        {
            var (id, deletion) = (_columns.Id(slot), _columns.IsDeletion(slot));
            var before = deletion ? _table.Remove(id, _columns) : _table.Set(id, slot, _columns);
            if (before >= 0)
                died.Add(before);
            if (deletion)
                died.Add(slot);
        }
        lock (_publishing)
        {
            ObjectDisposedException.ThrowIf(_snapshot is null, this);
            _ = _columns.TryAddReference();
            Volatile.Write(ref _snapshot, new Snapshot(_columns, _written, seen.Dead.With(died)));
            seen.Columns.Dispose();
        }
    }
}
