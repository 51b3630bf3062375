using Headroom.AspNetCore.Problems;
using Headroom.Uploads.Creating;
using Headroom.Uploads.State;
using Microsoft.AspNetCore.Http;

namespace Headroom.Uploads.Parts;

/// <summary>What <c>POST /api/uploads</c> takes.</summary>
internal sealed record UploadRequest(string? Name, long? Size, string? ContentType, long? PartSize)
{
    /// <summary>What it has to be, for people.</summary>
    public const string Expected = "an object with name, a text, and size, a number of bytes";

    /// <exception cref="ProblemException">A field is missing.</exception>
    public UploadWish ToWish() => new(
        UploadKind.Parts,
        Name ?? throw Missing("name"),
        string.IsNullOrEmpty(ContentType) ? null : ContentType,
        Size ?? throw Missing("size"),
        PartSize);

    private static ProblemException Missing(string field) =>
        new(StatusCodes.Status400BadRequest, "bad-upload", $"'{field}' is missing. Send {Expected}.");
}
