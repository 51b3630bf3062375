using System.Runtime.InteropServices;
using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Faces.Matching;
using Headroom.Faces.Photos;
using Headroom.Sqlite.Checking;
using Headroom.Web.Access;
using Headroom.Web.Modules;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Headroom.Faces.Staff;

/// <summary>Staff and their photos.</summary>
internal sealed class StaffEndpoints(StaffStore store, TemplateStore templates, PhotoEmbedding photos, FaceMatcher matcher, FacesOptions options)
{
    private static readonly ByteSize MaxJson = ByteSize.FromKilobytes(16);

    public void Map(IEndpointRouteBuilder routes)
    {
        var staff = routes.MapGroup("/api/staff").RequireAuthorization(Policies.Admin);
        staff.MapPost("", (RequestDelegate)AddAsync).RequireMemory(Pools.Faces, ByteSize.FromKilobytes(16), MaxJson);
        staff.MapGet("", (RequestDelegate)ListAsync);
        staff.MapGet("/{id}", (RequestDelegate)GetAsync);
        staff.MapDelete("/{id}", (RequestDelegate)RemoveAsync);
        staff.MapPost("/{id}/photos", (RequestDelegate)AddPhotoAsync).RequireMemory(photos.Requirement);
        staff.MapDelete("/{id}/photos/{photoId}", (RequestDelegate)RemovePhotoAsync);
    }

    private async Task AddAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync(
            context, JsonBounds.Small, FacesJson.Default.StaffRequest, "an object with employee_id and name as texts");
        var member = await store.AddAsync(request.Validate(), context.RequestAborted)
            ?? throw new ProblemException(
                StatusCodes.Status409Conflict,
                "employee-id-taken",
                $"There is somebody with the employee id '{request.EmployeeId}' already. Use another one, or remove that entry first.");
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/api/staff/{member.Id}";
        await context.Response.WriteAsJsonAsync(StaffAnswer.Of(member), FacesJson.Default.StaffAnswer, cancellationToken: context.RequestAborted);
    }

    private async Task ListAsync(HttpContext context)
    {
        if (!Paging.TryRead(context.Request.Query, out var page, out var problem))
        {
            await problem.ExecuteAsync(context);
            return;
        }
        var members = await store.ListAsync(page.After, page.Limit, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(
            new StaffPage([.. members.Where(m => m.IsWhole).Select(StaffAnswer.Of)], page.Next(members, m => m.Key), DamagedRows.Of(members)),
            FacesJson.Default.StaffPage,
            cancellationToken: context.RequestAborted);
    }

    private async Task GetAsync(HttpContext context)
    {
        if (await store.FindAsync(Id(context), context.RequestAborted) is { } member)
            await context.Response.WriteAsJsonAsync(StaffAnswer.Of(member), FacesJson.Default.StaffAnswer, cancellationToken: context.RequestAborted);
        else
            await NoSuchStaff(context).ExecuteAsync(context);
    }

    private async Task RemoveAsync(HttpContext context)
    {
        if (await store.RemoveAsync(Id(context), context.RequestAborted) is not { } key)
        {
            await NoSuchStaff(context).ExecuteAsync(context);
            return;
        }
        await matcher.ForgetAsync(t => t.Person == key, CancellationToken.None);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AddPhotoAsync(HttpContext context)
    {
        var member = await store.FindAsync(Id(context), context.RequestAborted);
        if (member is null)
        {
            await NoSuchStaff(context).ExecuteAsync(context);
            return;
        }
        if (member.Photos >= TemplateStore.MaxPhotos)
            throw TooManyPhotos();
        var vector = await photos.EmbedAsync(context, "photo");
        var (id, count) = await templates.AddAsync(member.Key, options.Embedder, MemoryMarshal.AsBytes(vector.AsSpan()).ToArray(), context.RequestAborted)
            ?? throw TooManyPhotos();
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(
            new PhotoAnswer(id, member.Id, count), FacesJson.Default.PhotoAnswer, cancellationToken: context.RequestAborted);
    }

    private async Task RemovePhotoAsync(HttpContext context)
    {
        var member = await store.FindAsync(Id(context), context.RequestAborted);
        if (member is null)
        {
            await NoSuchStaff(context).ExecuteAsync(context);
            return;
        }
        var photoId = (string)context.Request.RouteValues["photoId"]!;
        if (await templates.RemoveAsync(member.Key, photoId, context.RequestAborted) is not { } key)
        {
            await Problem.Of(StatusCodes.Status404NotFound, "no-such-photo", $"This person has no photo '{photoId}'.").ExecuteAsync(context);
            return;
        }
        await matcher.ForgetAsync(t => t.Key == key, CancellationToken.None);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static ProblemHttpResult NoSuchStaff(HttpContext context) =>
        Problem.Of(
            StatusCodes.Status404NotFound,
            "no-such-staff",
            $"There is nobody with the id '{Id(context)}'. GET /api/staff lists everybody; the employee id is not the id.");

    private static ProblemException TooManyPhotos() =>
        new(
            StatusCodes.Status409Conflict,
            "too-many-photos",
            $"This person has {TemplateStore.MaxPhotos} photos already. Remove one first: DELETE /api/staff/ID/photos/PHOTO_ID.");
}
