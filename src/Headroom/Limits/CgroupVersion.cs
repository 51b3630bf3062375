namespace Headroom.Limits;

/// <summary>The generation of the kernel's control-group interface.</summary>
public enum CgroupVersion
{
    /// <summary>One hierarchy a controller: <c>memory.limit_in_bytes</c>, <c>memory.kmem.tcp.usage_in_bytes</c>.</summary>
    V1 = 1,

    /// <summary>The unified hierarchy: <c>memory.max</c>, <c>memory.current</c>.</summary>
    V2 = 2,
}
