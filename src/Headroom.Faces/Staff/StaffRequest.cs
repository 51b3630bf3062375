using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Faces.Staff;

/// <summary>What <c>POST /api/staff</c> takes.</summary>
internal sealed record StaffRequest(string? EmployeeId, string? Name, string? Department, string? Site, string? TimeZone)
{
    private const int MaxLength = 200;

    /// <summary>Trims and checks.</summary>
    /// <exception cref="ProblemException">A field is missing, too long, or not a time zone.</exception>
    public StaffRequest Validate()
    {
        var checkedRequest = new StaffRequest(
            Required(EmployeeId, "employee_id"),
            Required(Name, "name"),
            Optional(Department, "department"),
            Optional(Site, "site"),
            Optional(TimeZone, "time_zone"));
        if (checkedRequest.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            throw Invalid($"'{zone}' is no time zone. Write an IANA name, for example Europe/Berlin.");
        return checkedRequest;
    }

    private static string Required(string? value, string field) =>
        Optional(value, field) ?? throw Invalid($"'{field}' is missing. Send it as a text that is not empty.");

    private static string? Optional(string? value, string field)
    {
        var trimmed = value?.Trim();
        if (trimmed?.Length > MaxLength || trimmed?.Any(char.IsControl) == true)
            throw Invalid($"'{field}' must have at most {MaxLength} characters and no control characters.");
        return string.IsNullOrEmpty(trimmed) ? null : trimmed;
    }

    private static ProblemException Invalid(string detail) => new(StatusCodes.Status400BadRequest, "bad-staff", detail);
}
