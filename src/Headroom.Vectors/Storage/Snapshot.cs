namespace Headroom.Vectors.Storage;

/// <summary>What was committed at one moment. It never changes, so readers need no lock.</summary>
/// <param name="Columns">Where the vectors are; whoever reads holds a reference.</param>
/// <param name="Slots">How many slots count.</param>
/// <param name="Dead">Which of them hold nothing.</param>
internal sealed record Snapshot(Columns Columns, int Slots, DeadSlots Dead)
{
    public int Count => Slots - Dead.Count;

    public int Blocks => VectorLayout.Blocks(Slots);
}
