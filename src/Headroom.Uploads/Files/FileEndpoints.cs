using System.Globalization;
using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Blobs;
using Headroom.Keys;
using Headroom.Uploads.Callers;
using Headroom.Uploads.Completing;
using Headroom.Uploads.Format;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;
using Headroom.Web.Access;
using Headroom.Web.Modules;
using Headroom.Web.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Headroom.Uploads.Files;

/// <summary>Complete files: listed, sent, removed. Closed to guests.</summary>
internal sealed partial class FileEndpoints(
    UploadFinder finder,
    UploadStore uploads,
    FileSender sender,
    UploadRemover remover,
    UploadSecrets secrets,
    ILogger<FileEndpoints> logger)
{
    public static void Map(IEndpointRouteBuilder routes, UploadMemory memory)
    {
        var files = routes.MapGroup("/api/files").RequireAuthorization(Policies.Files);
        files.MapGet("", To((e, c) => e.ListAsync(c))).RequireMemory(Pools.Uploads, UploadMemory.Answering);
        files.MapGet("/{id}", To((e, c) => e.SendAsync(c))).RequireMemory(Pools.Uploads, memory.Sending).WithDisplayName("GET /api/files/{id}, one file");
        files.MapMethods("/{id}", [HttpMethods.Head], To((e, c) => e.SendAsync(c)));
        files.MapDelete("/{id}", To((e, c) => e.RemoveAsync(c)));
    }

    private static RequestDelegate To(Func<FileEndpoints, HttpContext, Task> handler) => UploadRoute.To(handler);

    private async Task ListAsync(HttpContext context)
    {
        if (!Paging.TryRead(context.Request.Query, out var page, out var problem))
        {
            await problem.ExecuteAsync(context);
            return;
        }
        var caller = UploadCaller.Of(context.User);
        var files = await uploads.ListFilesAsync(caller.IsAdmin ? null : caller.Account, page.After, page.Limit, context.RequestAborted);
        await context.Response.WriteAsJsonAsync(
            FilePage.Of(files, page.Next(files, f => f.Key), secrets, caller),
            UploadsJson.Default.FilePage,
            cancellationToken: context.RequestAborted);
    }

    private async Task SendAsync(HttpContext context)
    {
        var file = await finder.FindFileAsync(context);
        var tag = new EntityTagHeaderValue($"\"{file.ObjectKey}\"");
        var conditions = FileConditions.Of(context.Request, tag, file.Size);
        var headers = context.Response.Headers;
        headers.ETag = tag.ToString();
        headers.AcceptRanges = "bytes";
        headers.CacheControl = "private";
        if (conditions.Status == StatusCodes.Status416RangeNotSatisfiable)
        {
            headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{file.Size}");
            throw new ProblemException(
                conditions.Status, "bad-range", $"The file has {file.Size} bytes; the range holds none of them. Ask for one that begins before its end.");
        }
        if (conditions.Status == StatusCodes.Status412PreconditionFailed)
            throw new ProblemException(conditions.Status, "other-version", $"The file's ETag is {tag}, which is none of those in If-Match.");
        context.Response.StatusCode = conditions.Status;
        if (conditions.Status == StatusCodes.Status304NotModified)
            return;
        Describe(context.Response, file, conditions);
        if (HttpMethods.IsGet(context.Request.Method))
            await SendAsync(context, file, conditions.Range);
    }

    private void Describe(HttpResponse response, Upload file, FileConditions conditions)
    {
        var (name, contentType) = secrets.Describe(file);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(FileName.Clean(name));
        response.Headers.ContentDisposition = disposition.ToString();
        response.ContentType = contentType;
        response.ContentLength = conditions.Range.Length;
        // What strangers sent must not run as a page of this server's, whatever they call it.
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox";
        if (conditions.Status == StatusCodes.Status206PartialContent)
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes {conditions.Range.Offset}-{conditions.Range.Offset + conditions.Range.Length - 1}/{file.Size}");
    }

    private async Task SendAsync(HttpContext context, Upload file, PlaintextRange range)
    {
        context.BoundSending();
        try
        {
            await sender.SendAsync(file, range, context.Response.Body, context.GetMemoryLease(), context.RequestAborted);
        }
        catch (Exception problem) when (problem is ContainerException or BlobException or MasterKeyException)
        {
            var removed = problem is BlobException { Problem: BlobProblem.NotFound } && await uploads.FindAsync(file.Id, CancellationToken.None) is null;
            if (!removed)
                LogDamage(file.Id, problem.Message);
            if (!context.Response.HasStarted)
            {
                context.Response.Clear();
                throw removed ? UploadProblems.NoSuchFile(file.ObjectKey) : UploadProblems.OfFile(problem);
            }
            // The client must see that this is not the whole of it.
            context.Abort();
        }
    }

    private async Task RemoveAsync(HttpContext context)
    {
        var file = await finder.FindFileAsync(context);
        if (!await remover.RemoveAsync(file, onlyExpired: false, CancellationToken.None))
            throw UploadProblems.NoSuchFile(file.ObjectKey);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    [LoggerMessage(LogLevel.Error, "File {Id} can't be sent: {Problem}")]
    private partial void LogDamage(Guid id, string problem);
}
