using Headroom.Sqlite.Checking;

namespace Headroom.Faces.Attendance;

/// <summary>Somebody came or went.</summary>
/// <param name="Key">The row's key; never leaves the program.</param>
/// <param name="Id">The public id.</param>
/// <param name="StaffId">The person's public id; null once they were removed.</param>
/// <param name="EmployeeId">The employer's own number, as it was then.</param>
/// <param name="Name">The name, as it was then.</param>
/// <param name="Direction"><c>in</c> or <c>out</c>.</param>
/// <param name="At">When.</param>
/// <param name="Similarity">The cosine that was accepted.</param>
internal sealed record AttendanceEvent(
    long Key,
    string Id,
    string? StaffId,
    string EmployeeId,
    string Name,
    string Direction,
    DateTimeOffset At,
    double Similarity) : ICheckedRow
{
    /// <inheritdoc/>
    public bool IsWhole { get; init; } = true;
}
