using Headroom.Sqlite.Checking;

namespace Headroom.Faces.Staff;

/// <summary>A person who clocks in.</summary>
/// <param name="Key">The row's key; never leaves the program.</param>
/// <param name="Id">The public id.</param>
/// <param name="EmployeeId">The employer's own number; unique.</param>
/// <param name="Name">The name.</param>
/// <param name="Department">The department, if given.</param>
/// <param name="Site">The site, if given.</param>
/// <param name="TimeZone">The IANA time zone that «today» means for them; UTC by default.</param>
/// <param name="Photos">How many photos are enrolled.</param>
internal sealed record StaffMember(
    long Key, string Id, string EmployeeId, string Name, string? Department, string? Site, string? TimeZone, int Photos) : ICheckedRow
{
    /// <inheritdoc/>
    public bool IsWhole { get; init; } = true;
}
