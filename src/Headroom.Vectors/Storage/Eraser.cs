namespace Headroom.Vectors.Storage;

/// <summary>
/// Overwrites what dead slots still hold. A dead vector becomes a deletion of its own id: read in order, the records come to
/// the same as before. First the list of slots, then the records, then the codes: a crash at any point leaves a list that the
/// next start goes on with, or nothing to do. The caller holds the writers' lock, and no batch is open.
/// </summary>
internal sealed class Eraser(RecordFile records, CodeFiles codes, VectorLayout layout)
{
    /// <summary>Overwrites all of them.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="IOException">The device failed or is full; try again.</exception>
    public int Run(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var erased = 0;
        while (Next(snapshot) is { Count: > 0 } slots)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ErasureList.Write(ListPath, slots);
            EraseRecords(slots);
            EraseCodes(slots, snapshot.Columns, snapshot.Slots);
            File.Delete(ListPath);
            erased += slots.Count;
        }
        return erased;
    }

    /// <summary>Brings the records of an interrupted run to their end, before anything reads them.</summary>
    /// <returns>The slots whose codes are still to be overwritten.</returns>
    public List<(int Slot, long Id)> ResumeRecords()
    {
        List<(int Slot, long Id)> slots = [.. ErasureList.Read(ListPath).Where(s => s.Slot < records.Committed)];
        EraseRecords(slots);
        return slots;
    }

    /// <summary>Ends an interrupted run.</summary>
    public void ResumeCodes(List<(int Slot, long Id)> slots, Columns columns)
    {
        EraseCodes(slots, columns, records.Committed);
        File.Delete(ListPath);
    }

    private string ListPath => Path.ChangeExtension(records.Path, ErasureList.Extension);

    /// <summary>Dead slots that don't say of themselves that they hold nothing.</summary>
    private static List<(int Slot, long Id)> Next(Snapshot snapshot)
    {
        var slots = new List<(int, long)>();
        for (var block = 0; block < snapshot.Blocks; block++)
        {
            if (snapshot.Dead.Of(block) is not { } dead)
                continue;
            for (var slot = block * VectorLayout.BlockSlots; slot < Math.Min((block + 1) * VectorLayout.BlockSlots, snapshot.Slots); slot++)
            {
                if ((dead[slot % VectorLayout.BlockSlots / 64] >> (slot & 63) & 1) == 0 || snapshot.Columns.IsDeletion(slot))
                    continue;
                slots.Add((slot, snapshot.Columns.Id(slot)));
                if (slots.Count == ErasureList.Most)
                    return slots;
            }
        }
        return slots;
    }

    private void EraseRecords(List<(int Slot, long Id)> slots)
    {
        var record = new byte[layout.RecordBytes];
        foreach (var (slot, id) in slots)
        {
            RecordFile.Seal(record, slot, id, deletion: true);
            records.Write(record, slot);
        }
        if (slots.Count > 0)
            RandomAccess.FlushToDisk(records.Handle);
    }

    private void EraseCodes(List<(int Slot, long Id)> slots, Columns columns, int written)
    {
        foreach (var block in slots.GroupBy(s => s.Slot / VectorLayout.BlockSlots))
        {
            foreach (var (slot, _) in block)
                codes.Erase(slot, columns);
            // The last block has no checksum yet.
            if ((block.Key + 1) * VectorLayout.BlockSlots <= written)
                codes.SealBlock(block.Key, columns);
        }
        if (slots.Count > 0)
            codes.FlushToDisk();
    }
}
