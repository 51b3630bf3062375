using Headroom.Planning;

namespace Headroom.AspNetCore.Hosting;

/// <summary>The service can't start within its limit; the message is the plan and what to change.</summary>
public sealed class MemoryPlanException(MemoryPlan plan, string message) : Exception(message)
{
    /// <summary>The plan that does not fit.</summary>
    public MemoryPlan Plan => plan;
}
