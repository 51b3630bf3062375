using Headroom.AspNetCore.Problems;
using Headroom.Uploads.State;
using Microsoft.AspNetCore.Http;

namespace Headroom.Uploads.Callers;

/// <summary>Finds what a path names, for whom it exists. What is somebody else's looks as if it were not there.</summary>
internal sealed class UploadFinder(UploadStore uploads)
{
    /// <summary>An upload that comes by this protocol; it may be complete by now.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public async Task<Upload> FindUploadAsync(HttpContext context, UploadKind kind) =>
        await FindAsync(context) is { } upload && upload.Kind == kind ? upload : throw UploadProblems.NoSuchUpload(Id(context));

    /// <summary>A complete file, however it came.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public async Task<Upload> FindFileAsync(HttpContext context) =>
        await FindAsync(context) is { State: UploadState.Complete } file ? file : throw UploadProblems.NoSuchFile(Id(context));

    private async Task<Upload?> FindAsync(HttpContext context) =>
        Guid.TryParseExact(Id(context), "N", out var id)
        && await uploads.FindAsync(id, context.RequestAborted) is { } upload
        && UploadCaller.Of(context.User).Sees(upload) ? upload : null;

    private static string? Id(HttpContext context) => (string?)context.Request.RouteValues["id"];
}
