namespace Headroom.Planning;

/// <summary>What a term of the plan stands for.</summary>
public enum MemoryPlanKind
{
    /// <summary>The process itself, idle.</summary>
    Baseline,

    /// <summary>Something long-lived: a model, a cache, an index.</summary>
    Resident,

    /// <summary>A pool's guaranteed minimum.</summary>
    Guarantee,

    /// <summary>The largest single operation of a service.</summary>
    Operation,
}
