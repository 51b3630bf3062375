namespace Headroom.Budget;

/// <summary>How much a pool's work matters beside that of others: who is granted first and who is cancelled last.</summary>
public enum WorkPriority
{
    /// <summary>Granted last, cancelled first.</summary>
    Low,

    /// <summary>What a pool has unless it says otherwise.</summary>
    Normal,

    /// <summary>Granted first, cancelled last, and not held back by a pause inside its guarantee: for what other work can't go on without.</summary>
    High,
}
