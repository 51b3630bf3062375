using System.Text.Json;
using Headroom.Measuring;

namespace Headroom.AspNetCore.Status;

/// <summary>A member that a service adds to what <c>/memory-status</c> answers; register it as a singleton.</summary>
/// <param name="Name">The member's name, as it is answered; none that <c>/memory-status</c> has itself.</param>
/// <param name="Read">Makes its value from what was measured for this answer.</param>
public sealed record MemoryStatusMember(string Name, Func<MemorySnapshot, JsonElement> Read);
