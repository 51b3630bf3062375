using System.Text.Json.Serialization;
using Headroom.Faces.Staff;

namespace Headroom.Faces.Attendance;

/// <summary>
/// What <c>POST /api/clock</c> answers. How alike a face is that was not accepted is told to nobody: whoever changes a
/// picture again and again would be told the way to the nearest person.
/// </summary>
internal sealed record ClockAnswer(bool Success, string Decision, StaffAnswer? Staff, double? Similarity, double? Margin, string Method, ClockEvent? Event);

/// <summary>The attendance row of an accepted clock-in.</summary>
internal sealed record ClockEvent(string Id, string Direction, DateTimeOffset At);

/// <summary>One event of <c>GET /api/attendance</c>.</summary>
internal sealed record AttendanceAnswer(string Id, string? StaffId, string EmployeeId, string Name, string Direction, DateTimeOffset At, double Similarity);

/// <summary>A page of events.</summary>
/// <param name="Items">Those that are whole.</param>
/// <param name="NextCursor">Where the next page begins.</param>
/// <param name="Damaged">The ids of those whose row is not what was written; left out when there are none.</param>
internal sealed record AttendancePage(
    IReadOnlyList<AttendanceAnswer> Items,
    string? NextCursor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Damaged);
