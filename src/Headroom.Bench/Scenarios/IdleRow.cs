using Headroom.Bench.Cgroups;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>What one server holds when nothing happens.</summary>
/// <param name="State">What happened before.</param>
/// <param name="Cgroup">What its cgroup holds; null where the server was gone.</param>
/// <param name="Resident">What its processes hold by their own account.</param>
public sealed record IdleRow(string Target, long Limit, string State, MemorySample? Cgroup, ResidentMemory Resident, long OomKills);
