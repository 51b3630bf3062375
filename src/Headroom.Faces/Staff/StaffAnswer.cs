using System.Text.Json.Serialization;

namespace Headroom.Faces.Staff;

/// <summary>A person as the API shows them.</summary>
internal sealed record StaffAnswer(string Id, string EmployeeId, string Name, string? Department, string? Site, string? TimeZone, int Photos)
{
    public static StaffAnswer Of(StaffMember member) =>
        new(member.Id, member.EmployeeId, member.Name, member.Department, member.Site, member.TimeZone, member.Photos);
}

/// <summary>A page of people.</summary>
/// <param name="Items">Those that are whole.</param>
/// <param name="NextCursor">Where the next page begins.</param>
/// <param name="Damaged">The ids of those whose row is not what was written; left out when there are none.</param>
internal sealed record StaffPage(
    IReadOnlyList<StaffAnswer> Items,
    string? NextCursor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Damaged);

/// <summary>What adding a photo answers.</summary>
internal sealed record PhotoAnswer(string Id, string StaffId, int Photos);
