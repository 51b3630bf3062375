using System.Globalization;
using Headroom.AspNetCore.Admission;
using Headroom.Uploads.Callers;
using Headroom.Uploads.Completing;
using Headroom.Uploads.Creating;
using Headroom.Uploads.Files;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;
using Headroom.Web.Access;
using Headroom.Web.Modules;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Headroom.Uploads.Parts;

/// <summary>Uploads in numbered parts, in any order and in parallel.</summary>
internal sealed class PartEndpoints(
    UploadFinder finder,
    UploadCreator creator,
    PartReceiver receiver,
    PartStore parts,
    UploadCompleter completer,
    UploadRemover remover,
    UploadSecrets secrets,
    Turns turns)
{
    private static readonly ByteSize MaxJson = ByteSize.FromKilobytes(32);

    public static void Map(IEndpointRouteBuilder routes, UploadMemory memory, UploadOptions options)
    {
        var uploads = routes.MapGroup("/api/uploads").RequireAuthorization(Policies.Sending).RequireCors(UploadServices.CorsPolicy);
        uploads.MapPost("", To((e, c) => e.BeginAsync(c))).RequireMemory(Pools.Uploads, UploadMemory.Answering, MaxJson);
        uploads.MapGet("/{id}", To((e, c) => e.GetAsync(c))).RequireMemory(Pools.Uploads, UploadMemory.Answering);
        uploads
            .MapPut("/{id}/parts/{number}", To((e, c) => e.ReceiveAsync(c)))
            .RequireMemory(UploadServices.Streaming(memory.Receiving, options.MaxPartBytes))
            .WithDisplayName("PUT /api/uploads/{id}/parts/{number}, one part");
        uploads.MapPost("/{id}/complete", To((e, c) => e.CompleteAsync(c))).RequireMemory(Pools.Uploads, UploadMemory.Answering, MaxJson);
        uploads.MapDelete("/{id}", To((e, c) => e.RemoveAsync(c)));
    }

    private static RequestDelegate To(Func<PartEndpoints, HttpContext, Task> handler) => UploadRoute.To(handler);

    private async Task BeginAsync(HttpContext context)
    {
        var request = await JsonBody.ReadAsync(context, JsonBounds.Small, UploadsJson.Default.UploadRequest, UploadRequest.Expected);
        var upload = await creator.CreateAsync(request.ToWish(), UploadCaller.Of(context.User), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/api/uploads/{upload.ObjectKey}";
        await context.Response.WriteAsJsonAsync(
            new UploadBegun(upload.ObjectKey, upload.PartSize, upload.PartCount, upload.ExpiresAt),
            UploadsJson.Default.UploadBegun,
            cancellationToken: context.RequestAborted);
    }

    private async Task GetAsync(HttpContext context)
    {
        var upload = await finder.FindUploadAsync(context, UploadKind.Parts);
        var (name, contentType) = secrets.Describe(upload);
        var complete = upload.State == UploadState.Complete;
        var answer = new UploadAnswer(
            upload.ObjectKey,
            upload.State.ToString().ToLowerInvariant(),
            FileName.Clean(name),
            upload.Size,
            contentType,
            upload.PartSize,
            upload.PartCount,
            await parts.NumbersAsync(upload.Key, context.RequestAborted),
            complete ? null : upload.ExpiresAt);
        await context.Response.WriteAsJsonAsync(answer, UploadsJson.Default.UploadAnswer, cancellationToken: context.RequestAborted);
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        var upload = await finder.FindUploadAsync(context, UploadKind.Parts);
        // What is no number at all is no part either.
        _ = int.TryParse((string?)context.Request.RouteValues["number"], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        await receiver.ReceiveAsync(context, upload, number);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task CompleteAsync(HttpContext context)
    {
        var upload = await finder.FindUploadAsync(context, UploadKind.Parts);
        using var turn = await turns.TakeAsync(upload.Id, Turns.WholeUpload, context.RequestAborted);
        var file = await completer.CompleteAsync(await finder.FindUploadAsync(context, UploadKind.Parts), context.GetMemoryLease(), context.RequestAborted);
        await context.Response.WriteAsJsonAsync(
            FileAnswer.Of(file, secrets, UploadCaller.Of(context.User)), UploadsJson.Default.FileAnswer, cancellationToken: context.RequestAborted);
    }

    private async Task RemoveAsync(HttpContext context)
    {
        var upload = await finder.FindUploadAsync(context, UploadKind.Parts);
        // Files are removed as files, by who may.
        if (upload.State == UploadState.Complete || !await remover.RemoveAsync(upload, onlyExpired: false, CancellationToken.None))
            throw upload.State == UploadState.Complete ? UploadProblems.Closed(upload.Id) : UploadProblems.NoSuchUpload(upload.Id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
