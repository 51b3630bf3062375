using Headroom.AspNetCore.Admission;
using Headroom.AspNetCore.Problems;
using Headroom.Uploads.Callers;
using Headroom.Uploads.Completing;
using Headroom.Uploads.Creating;
using Headroom.Uploads.Metrics;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;
using Headroom.Web.Access;
using Headroom.Web.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headroom.Uploads.Tus;

/// <summary>tus 1.0.0 at <c>/files</c>. A finished upload is the file of the same id.</summary>
internal sealed class TusEndpoints(
    UploadFinder finder,
    UploadCreator creator,
    TusAppender appender,
    UploadRemover remover,
    UploadSecrets secrets,
    Turns turns,
    UploadOptions options)
{
    private const string Path = "/files";
    private const string Nameless = "upload";
    private const string OtherVersion = "tus-version";

    public static void Map(IEndpointRouteBuilder routes, UploadMemory memory, UploadOptions options)
    {
        var bytes = UploadServices.Streaming(memory.Receiving, options.MaxFileBytes);
        var open = routes.MapGroup(Path).RequireCors(UploadServices.CorsPolicy);
        open.MapMethods("", [HttpMethods.Options], To((e, c) => e.TellAsync(c)));
        open.MapMethods("/{id}", [HttpMethods.Options], To((e, c) => e.TellAsync(c)));
        var files = open.MapGroup("").RequireAuthorization(Policies.Sending);
        Versioned(files.MapPost("", To((e, c) => e.CreateAsync(c))).RequireMemory(bytes).WithDisplayName("POST /files, one body"));
        Versioned(files.MapMethods("/{id}", [HttpMethods.Head], To((e, c) => e.HeadAsync(c))).RequireMemory(Pools.Uploads, UploadMemory.Answering));
        Versioned(
            files.MapMethods("/{id}", [HttpMethods.Patch], To((e, c) => e.PatchAsync(c))).RequireMemory(bytes).WithDisplayName("PATCH /files/{id}, one body"));
        Versioned(files.MapDelete("/{id}", To((e, c) => e.RemoveAsync(c))));
        // For clients behind proxies that let no PATCH through.
        Versioned(files.MapPost("/{id}", To((e, c) => e.OverrideAsync(c))).RequireMemory(bytes).WithDisplayName("POST /files/{id}, one body"));
    }

    private static RequestDelegate To(Func<TusEndpoints, HttpContext, Task> handler) => UploadRoute.To(handler);

    /// <summary>Checks the protocol's version before anything is waited for, and names it in every answer.</summary>
    private static void Versioned(IEndpointConventionBuilder route) => route.Add(endpoint =>
    {
        var inner = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            context.Response.Headers[TusProtocol.Resumable] = TusProtocol.Version;
            if (context.Request.Headers[TusProtocol.Resumable] == TusProtocol.Version)
                return inner(context);
            context.Response.Headers["Tus-Version"] = TusProtocol.Version;
            context.RequestServices.GetRequiredService<UploadMetrics>().Refused(OtherVersion);
            return Problem.Of(
                StatusCodes.Status412PreconditionFailed,
                OtherVersion,
                $"This is tus {TusProtocol.Version}; say so with the header {TusProtocol.Resumable}.").ExecuteAsync(context);
        };
    });

    private Task TellAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[TusProtocol.Resumable] = TusProtocol.Version;
        headers["Tus-Version"] = TusProtocol.Version;
        headers["Tus-Extension"] = TusProtocol.Extensions;
        headers["Tus-Max-Size"] = TusProtocol.Text(options.MaxFileBytes);
        headers["Tus-Checksum-Algorithm"] = TusChecksum.Algorithms;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task CreateAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.Headers.ContainsKey(TusProtocol.UploadConcat) || request.Headers.ContainsKey(TusProtocol.UploadDeferLength))
            throw TusProtocol.Bad(
                $"This server has no concatenation and needs Upload-Length from the start; it has {TusProtocol.Extensions}. "
                + "For parallel parts there is POST /api/uploads.");
        var size = TusProtocol.Number(request, TusProtocol.UploadLength);
        var header = request.Headers[TusProtocol.UploadMetadata].ToString();
        var metadata = TusMetadata.Parse(header);
        // A type that is none comes from browsers, not from people: it is dropped rather than complained about.
        var type = Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(metadata.ContentType, out _)
            && metadata.ContentType!.Length <= Format.Manifest.MaxContentTypeBytes ? metadata.ContentType : null;
        var wish = new UploadWish(UploadKind.Tus, metadata.Name ?? Nameless, type, size, PartSize: null) { TusMetadata = header.Length > 0 ? header : null };

        var upload = await creator.CreateAsync(wish, UploadCaller.Of(context.User), context.RequestAborted);
        context.Response.Headers.Location = $"{request.PathBase}{Path}/{upload.ObjectKey}{GuestQuery(request)}";
        var offset = 0L;
        if (TusProtocol.HasBytes(request))
        {
            (upload, offset) = await appender.AppendAsync(context, upload.Id, 0);
            context.Response.Headers[TusProtocol.UploadOffset] = TusProtocol.Text(offset);
        }
        else if (size == 0)
        {
            (upload, _) = await appender.SettleAsync(context, upload.Id);
        }
        WriteExpiry(context.Response, upload);
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private async Task HeadAsync(HttpContext context)
    {
        var found = await finder.FindUploadAsync(context, UploadKind.Tus);
        var (upload, offset) = await appender.SettleAsync(context, found.Id);
        var headers = context.Response.Headers;
        headers[TusProtocol.UploadOffset] = TusProtocol.Text(offset);
        headers[TusProtocol.UploadLength] = TusProtocol.Text(upload.Size);
        headers.CacheControl = "no-store";
        if (secrets.TusMetadata(upload) is { } metadata)
            headers[TusProtocol.UploadMetadata] = metadata;
        WriteExpiry(context.Response, upload);
    }

    private async Task PatchAsync(HttpContext context)
    {
        var found = await finder.FindUploadAsync(context, UploadKind.Tus);
        if (!TusProtocol.HasBytes(context.Request))
            throw new ProblemException(
                StatusCodes.Status415UnsupportedMediaType, "unsupported-body", $"Send bytes with Content-Type: {TusProtocol.BytesType}.");
        var (upload, offset) = await appender.AppendAsync(context, found.Id, TusProtocol.Number(context.Request, TusProtocol.UploadOffset));
        context.Response.Headers[TusProtocol.UploadOffset] = TusProtocol.Text(offset);
        WriteExpiry(context.Response, upload);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RemoveAsync(HttpContext context)
    {
        var upload = await finder.FindUploadAsync(context, UploadKind.Tus);
        // Who sent a file by a link has given it away.
        if (upload.State == UploadState.Complete && UploadCaller.Of(context.User).GuestKey is not null)
            throw UploadProblems.Closed(upload.Id);
        using var turn = await turns.TakeAsync(upload.Id, Turns.WholeUpload, context.RequestAborted);
        if (!await remover.RemoveAsync(upload, onlyExpired: false, CancellationToken.None))
            throw UploadProblems.NoSuchUpload(upload.Id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task OverrideAsync(HttpContext context) => context.Request.Headers[TusProtocol.MethodOverride].ToString() switch
    {
        "PATCH" => PatchAsync(context),
        "DELETE" => RemoveAsync(context),
        _ => throw TusProtocol.Bad($"POST to an upload needs {TusProtocol.MethodOverride}: PATCH, or DELETE."),
    };

    private static void WriteExpiry(HttpResponse response, Upload upload)
    {
        if (upload.State != UploadState.Complete)
            response.Headers[TusProtocol.UploadExpires] = upload.ExpiresAt.ToString("R");
    }

    /// <summary>Who came by a link that has the token in it goes on with such a link.</summary>
    private static string GuestQuery(HttpRequest request) =>
        request.Query[UploadServices.GuestParameter].ToString() is { Length: > 0 } token
            ? $"?{UploadServices.GuestParameter}={Uri.EscapeDataString(token)}"
            : "";
}
