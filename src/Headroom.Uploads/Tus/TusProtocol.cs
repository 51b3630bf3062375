using System.Globalization;
using Headroom.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;

namespace Headroom.Uploads.Tus;

/// <summary>The words of tus 1.0.0: https://tus.io/protocols/resumable-upload</summary>
internal static class TusProtocol
{
    public const string Version = "1.0.0";
    public const string Extensions = "creation,creation-with-upload,termination,expiration,checksum";
    public const string Resumable = "Tus-Resumable";
    public const string UploadOffset = "Upload-Offset";
    public const string UploadLength = "Upload-Length";
    public const string UploadMetadata = "Upload-Metadata";
    public const string UploadExpires = "Upload-Expires";
    public const string UploadChecksum = "Upload-Checksum";
    public const string UploadConcat = "Upload-Concat";
    public const string UploadDeferLength = "Upload-Defer-Length";
    public const string MethodOverride = "X-HTTP-Method-Override";
    public const string BytesType = "application/offset+octet-stream";

    /// <summary>The status that the checksum extension made up.</summary>
    public const int ChecksumMismatch = 460;

    /// <summary>All headers that pages of other origins may read.</summary>
    public static readonly string[] ExposedHeaders =
    [
        "Location", Resumable, UploadOffset, UploadLength, UploadMetadata, UploadExpires,
        "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm",
    ];

    /// <summary>Whether the body is bytes to append.</summary>
    public static bool HasBytes(HttpRequest request) => string.Equals(request.ContentType, BytesType, StringComparison.OrdinalIgnoreCase);

    /// <summary>A header that is a number of bytes.</summary>
    /// <exception cref="ProblemException">It is missing, or none.</exception>
    public static long Number(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Bad($"The header {header} is '{request.Headers[header]}'; it must be a number of bytes, in digits.");

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, "bad-tus-request", detail);
}
