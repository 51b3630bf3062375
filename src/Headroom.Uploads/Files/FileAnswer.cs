using System.Text.Json.Serialization;
using Headroom.Keys;
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
    /// <returns>Null when what is stored of it is not what was written, or its key is missing.</returns>
    public static FileAnswer? Of(Upload file, UploadSecrets secrets, UploadCaller caller)
    {
        if (file is not { IsWhole: true, CompletedAt: { } completedAt })
            return null;
        try
        {
            var (name, contentType) = secrets.Describe(file);
            return new FileAnswer(file.ObjectKey, FileName.Clean(name), file.Size, contentType, caller.GuestKey is null ? file.Account : null, completedAt);
        }
        catch (Exception problem) when (problem is ContainerException or MasterKeyException)
        {
            return null;
        }
    }
}

/// <summary>A page of files.</summary>
/// <param name="Items">Those that are whole.</param>
/// <param name="NextCursor">Where the next page begins.</param>
/// <param name="Damaged">The ids of those of which what is stored is not what was written; left out when there are none.</param>
internal sealed record FilePage(
    IReadOnlyList<FileAnswer> Items,
    string? NextCursor,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Damaged)
{
    public static FilePage Of(IReadOnlyList<Upload> files, string? nextCursor, UploadSecrets secrets, UploadCaller caller)
    {
        var (items, damaged) = (new List<FileAnswer>(), new List<string>());
        foreach (var file in files)
        {
            if (FileAnswer.Of(file, secrets, caller) is { } answer)
                items.Add(answer);
            else
                damaged.Add(file.ObjectKey);
        }
        return new FilePage(items, nextCursor, damaged.Count > 0 ? damaged : null);
    }
}
