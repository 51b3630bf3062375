using Headroom.AspNetCore.Problems;
using Headroom.Blobs;
using Headroom.Uploads.Callers;
using Headroom.Uploads.Format;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Headroom.Uploads.Creating;

/// <summary>Begins uploads: first in the store, then on record, so that what is on record is there.</summary>
internal sealed class UploadCreator(UploadStore uploads, IBlobStore store, UploadSecrets secrets, UploadOptions options, TimeProvider time)
{
    private const string NoType = "application/octet-stream";

    /// <summary>Begins an upload.</summary>
    /// <exception cref="ProblemException">It is too large, a value makes no sense, or there is no room for it.</exception>
    public async Task<Upload> CreateAsync(UploadWish wish, UploadCaller caller, CancellationToken cancellationToken)
    {
        var partSize = Check(wish);
        var id = Guid.NewGuid();
        var (key, wrapped) = secrets.Create(id);
        using var fileKey = key;
        var blob = wish.Size == 0 ? null : await store.BeginAsync(id.ToString("N"), PartLayout.EncryptedBytes(partSize), cancellationToken);
        var now = time.GetUtcNow();
        var upload = new Upload
        {
            Id = id,
            Account = caller.Account,
            GuestKey = caller.GuestKey,
            Kind = wish.Kind,
            Size = wish.Size,
            PartSize = partSize,
            WrappedKey = wrapped,
            Description = UploadSecrets.Seal(key, wish.Name, wish.ContentType ?? NoType),
            TusMetadata = wish.TusMetadata is null ? null : UploadSecrets.Seal(key, wish.TusMetadata, ""),
            StoreToken = blob?.Token,
            StorePartBytes = blob?.PartBytes ?? 0,
            CreatedAt = now,
            ExpiresAt = now + options.Expiry,
        };
        var creation = await uploads.CreateAsync(upload, cancellationToken);
        if (creation != Creation.Done && blob is not null)
            await store.AbortAsync(blob.Key, blob.Token, CancellationToken.None);
        return creation switch
        {
            Creation.LinkUsedUp => throw new ProblemException(
                StatusCodes.Status403Forbidden,
                "guest-link-used-up",
                "This link takes no more: it has expired, or the files or bytes it allows are used up. Ask whoever gave it to you for another one."),
            Creation.TooManyOpen => throw TooMany($"This account has {UploadStore.MaxOpen} unfinished uploads."),
            Creation.TooManyOpenOfGuests => throw TooMany($"The guests of this account have {UploadStore.MaxOpenOfGuests} unfinished uploads."),
            Creation.TooManyOpenOfLink => throw TooMany($"This link has {UploadStore.MaxOpenOfLink} unfinished uploads."),
            _ => await uploads.FindAsync(id, cancellationToken) ?? throw UploadProblems.NoSuchUpload(id),
        };
    }

    /// <returns>The length of all parts but the last.</returns>
    private long Check(UploadWish wish)
    {
        if (wish.Size < 0)
            throw Bad($"The size is {wish.Size}. Send the file's length in bytes.");
        if (wish.Size > options.MaxFileBytes)
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge,
                "file-too-large",
                $"The file has {new ByteSize(wish.Size)}; this server takes at most {new ByteSize(options.MaxFileBytes)} (HEADROOM__UPLOADS__MAXFILEMB).");
        if (wish.Name.Length == 0 || !UploadSecrets.Fits(wish.Name, Manifest.MaxNameBytes))
            throw Bad($"The name must have 1 to {Manifest.MaxNameBytes} bytes of UTF-8.");
        if (wish.ContentType is { } type && (!UploadSecrets.Fits(type, Manifest.MaxContentTypeBytes) || !MediaTypeHeaderValue.TryParse(type, out _)))
            throw Bad($"The content type is no media type of at most {Manifest.MaxContentTypeBytes} bytes. Send one, for example image/jpeg, or none.");
        return wish.Kind == UploadKind.Tus ? PartSizes.Appended(wish.Size) : CheckPartSize(wish);
    }

    private long CheckPartSize(UploadWish wish)
    {
        if (wish.PartSize is not { } asked)
            return PartSizes.Numbered(wish.Size);
        var least = Math.Max(PartSizes.Least, store.MinPartBytes);
        if (asked < least || asked > options.MaxPartBytes)
            throw Bad($"part_size is {asked}; it must be {least} to {options.MaxPartBytes} bytes. Leave it out for one that fits.");
        if ((wish.Size + asked - 1) / asked > PartLayout.MaxParts)
            throw Bad(
                $"{wish.Size} bytes are more than {PartLayout.MaxParts} parts of {asked}. "
                + $"Ask for a part_size of {PartSizes.Numbered(wish.Size)}, or leave it out.");
        return asked;
    }

    private static ProblemException TooMany(string what) =>
        new(
            StatusCodes.Status429TooManyRequests,
            "too-many-uploads",
            $"{what} Complete or delete some; unfinished ones expire.",
            TimeSpan.FromSeconds(60));

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, "bad-upload", detail);
}
