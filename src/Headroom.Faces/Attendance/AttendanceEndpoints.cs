using System.Globalization;
using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Faces.Matching;
using Headroom.Faces.Photos;
using Headroom.Faces.Staff;
using Headroom.Sqlite.Checking;
using Headroom.Web.Access;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headroom.Faces.Attendance;

/// <summary>Clocking in, and who came when.</summary>
internal sealed class AttendanceEndpoints(PhotoEmbedding photos, FaceMatcher matcher, StaffStore staff, AttendanceStore attendance)
{
    private static readonly string[] Directions = ["auto", "in", "out"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/api/clock", (RequestDelegate)ClockAsync)
            .RequireMemory(photos.Requirement)
            .RequireAuthorization(Policies.Kiosk)
            .WithDisplayName("POST /api/clock, one photo");
        routes.MapGet("/api/attendance", (RequestDelegate)ListAsync).RequireAuthorization(Policies.Admin);
    }

    private async Task ClockAsync(HttpContext context)
    {
        var direction = context.Request.Query["direction"].FirstOrDefault() ?? "auto";
        if (!Directions.Contains(direction, StringComparer.Ordinal))
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad-direction", $"direction is '{direction}'; it must be auto, in or out.");

        var vector = await photos.EmbedAsync(context, "image");
        var match = await matcher.MatchAsync(vector, context.RequestAborted);
        var member = match.StaffKey is { } key && match.Decision != MatchDecision.Unknown ? await staff.FindAsync(key, context.RequestAborted) : null;
        var accepted = match.Decision == MatchDecision.Accepted && member is not null;
        var recorded = accepted ? await attendance.AddAsync(member!, direction, match.Similarity, context.RequestAborted) : null;
        await context.Response.WriteAsJsonAsync(
            new ClockAnswer(
                accepted,
                (member is null ? MatchDecision.Unknown : match.Decision).ToString().ToLowerInvariant(),
                // Whom an uncertain photo resembles is nobody's business at the door.
                accepted ? StaffAnswer.Of(member!) : null,
                accepted ? Math.Round(match.Similarity, 4) : null,
                accepted ? Math.Round(match.Margin, 4) : null,
                "local",
                recorded is null ? null : new ClockEvent(recorded.Id, recorded.Direction, recorded.At)),
            FacesJson.Default.ClockAnswer,
            cancellationToken: context.RequestAborted);
    }

    private async Task ListAsync(HttpContext context)
    {
        if (!Paging.TryRead(context.Request.Query, out var page, out var problem)
            || !TryTime(context, "from", out var from, out problem)
            || !TryTime(context, "to", out var to, out problem))
        {
            await problem.ExecuteAsync(context);
            return;
        }
        var events = await attendance.ListAsync(page.After, page.Limit, context.Request.Query["staff_id"].FirstOrDefault(), from, to, context.RequestAborted);
        var items = events.Where(e => e.IsWhole).Select(
            e => new AttendanceAnswer(e.Id, e.StaffId, e.EmployeeId, e.Name, e.Direction, e.At, Math.Round(Math.Min(1, e.Similarity), 4)));
        await context.Response.WriteAsJsonAsync(
            new AttendancePage([.. items], page.Next(events, e => e.Key), DamagedRows.Of(events)),
            FacesJson.Default.AttendancePage,
            cancellationToken: context.RequestAborted);
    }

    private static bool TryTime(HttpContext context, string name, out DateTimeOffset? time, out IResult problem)
    {
        time = null;
        problem = null!;
        if (context.Request.Query[name].FirstOrDefault() is not { Length: > 0 } text)
            return true;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
        {
            time = parsed;
            return true;
        }
        problem = Problem.Of(StatusCodes.Status400BadRequest, "bad-time", $"{name} is '{text}'; write an RFC 3339 time, for example 2026-01-31T08:00:00Z.");
        return false;
    }
}
