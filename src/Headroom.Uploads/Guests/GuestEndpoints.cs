using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Sqlite.Checking;
using Headroom.Uploads.Callers;
using Headroom.Uploads.Writing;
using Headroom.Web.Access;
using Headroom.Web.Modules;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headroom.Uploads.Guests;

/// <summary>Links for guests: made, listed, ended by whose account they are.</summary>
internal sealed class GuestEndpoints(GuestLinks links, TimeProvider time)
{
    private static readonly ByteSize MaxJson = ByteSize.FromKilobytes(4);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var guests = routes.MapGroup("/api/guest-links").RequireAuthorization(Policies.Files);
        guests.MapPost("", To((e, c) => e.AddAsync(c))).RequireMemory(Pools.Uploads, UploadMemory.Answering, MaxJson);
        guests.MapGet("", To((e, c) => e.ListAsync(c)));
        guests.MapDelete("/{id}", To((e, c) => e.RemoveAsync(c)));
    }

    private static RequestDelegate To(Func<GuestEndpoints, HttpContext, Task> handler) => UploadRoute.To(handler);

    private async Task AddAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, JsonBounds.Small, UploadsJson.Default.GuestLinkRequest, GuestLinkRequest.Expected);
        var (maxBytes, maxFiles, expiresAt) = request.Validate(time.GetUtcNow());
        var (link, token) = await links.AddAsync(UploadCaller.Of(context.User).Account, maxBytes, maxFiles, expiresAt, context.RequestAborted)
            ?? throw new ProblemException(
                StatusCodes.Status409Conflict,
                "too-many-guest-links",
                $"This account has {GuestLinks.MaxLinks} links. End one first: DELETE /api/guest-links/ID.");
        context.Response.StatusCode = StatusCodes.Status201Created;
        // Proxies keep answers that nobody forbids them to keep, and this one holds a secret.
        context.Response.Headers.CacheControl = "no-store";
        var address = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}/files?{UploadServices.GuestParameter}={token}";
        await context.Response.WriteAsJsonAsync(
            new GuestLinkMade(link.Id, token, address, link.MaxBytes, link.MaxFiles, link.ExpiresAt),
            UploadsJson.Default.GuestLinkMade,
            cancellationToken: context.RequestAborted);
    }

    private async Task ListAsync(HttpContext context)
    {
        if (!Paging.TryRead(context.Request.Query, out var page, out var problem))
        {
            await problem.ExecuteAsync(context);
            return;
        }
        var found = await links.ListAsync(Whose(context), page.After, page.Limit, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(
            new GuestLinkPage([.. found.Where(l => l.IsWhole).Select(GuestLinkAnswer.Of)], page.Next(found, l => l.Key), DamagedRows.Of(found)),
            UploadsJson.Default.GuestLinkPage,
            cancellationToken: context.RequestAborted);
    }

    private async Task RemoveAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (!await links.RemoveAsync(id, Whose(context), context.RequestAborted))
            throw new ProblemException(
                StatusCodes.Status404NotFound, "no-such-guest-link", $"There is no guest link '{id}'. GET /api/guest-links lists yours.");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <returns>The caller's account; null for admins, who see everybody's.</returns>
    private static string? Whose(HttpContext context) => UploadCaller.Of(context.User) is { IsAdmin: false } caller ? caller.Account : null;
}
