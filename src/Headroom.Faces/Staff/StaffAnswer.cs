namespace Headroom.Faces.Staff;

/// <summary>A person as the API shows them.</summary>
internal sealed record StaffAnswer(string Id, string EmployeeId, string Name, string? Department, string? Site, string? TimeZone, int Photos)
{
    public static StaffAnswer Of(StaffMember member) =>
        new(member.Id, member.EmployeeId, member.Name, member.Department, member.Site, member.TimeZone, member.Photos);
}

/// <summary>A page of people.</summary>
internal sealed record StaffPage(IReadOnlyList<StaffAnswer> Items, string? NextCursor);

/// <summary>What adding a photo answers.</summary>
internal sealed record PhotoAnswer(string Id, string StaffId, int Photos);
