namespace Headroom.Vectors.Storage;

/// <summary>Takes one record; the vector is valid during the call only.</summary>
internal delegate void RecordVisitor(int slot, long id, ReadOnlySpan<float> vector, bool deletion);
