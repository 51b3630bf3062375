using System.Text.Json.Serialization;
using Headroom.Uploads.Callers;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;

namespace Headroom.Uploads.Files;

/// <summary>A file as the API shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, made safe to save under.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="ContentType">Its content type, as it was sent.</param>
/// <param name="Account">Whose it is; not told to guests.</param>
/// <param name="CompletedAt">When it was complete.</param>
internal sealed record FileAnswer(
    string Id,
    string Name,
    long Size,
    string ContentType,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Account,
    DateTimeOffset CompletedAt)
{
    public static FileAnswer Of(Upload file, UploadSecrets secrets, UploadCaller caller)
    {
        var (name, contentType) = secrets.Describe(file);
        return new FileAnswer(
            file.ObjectKey, FileName.Clean(name), file.Size, contentType, caller.GuestKey is null ? file.Account : null, file.CompletedAt!.Value);
    }
}

/// <summary>A page of files.</summary>
internal sealed record FilePage(IReadOnlyList<FileAnswer> Items, string? NextCursor);
