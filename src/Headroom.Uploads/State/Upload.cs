using Headroom.Blobs;
using Headroom.Sqlite.Checking;

namespace Headroom.Uploads.State;

/// <summary>An upload, or the file that it became: a row of the table.</summary>
internal sealed record Upload : ICheckedRow
{
    /// <summary>The row's key: orders lists, and is never given twice.</summary>
    public long Key { get; init; }

    /// <summary>The public id, random, so that nobody can guess it; also the id that the file's key is bound to.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Account { get; init; }

    /// <summary>The guest link that it came by; null when it came by a key.</summary>
    public long? GuestKey { get; init; }

    /// <summary>By which protocol it is sent.</summary>
    public required UploadKind Kind { get; init; }

    /// <summary>How far it is.</summary>
    public UploadState State { get; init; }

    /// <summary>The declared length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Plaintext bytes of all parts but the last; for tus, the most that one has.</summary>
    public required long PartSize { get; init; }

    /// <summary>The file's key, wrapped.</summary>
    public required byte[] WrappedKey { get; init; }

    /// <summary>Name and content type, encrypted.</summary>
    public required byte[] Description { get; init; }

    /// <summary>What a tus client sent as <c>Upload-Metadata</c>, encrypted; null if nothing.</summary>
    public byte[]? TusMetadata { get; init; }

    /// <summary>What the store calls the object while it is written; null if the file has no bytes and so no object.</summary>
    public string? StoreToken { get; init; }

    /// <summary>The store's length of all parts but the last.</summary>
    public long StorePartBytes { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it is given up unless it is complete or something more came.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it became a file.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Tells the file's manifest from any other one: an older one that is put back is noticed.</summary>
    public byte[]? Fingerprint { get; init; }

    /// <summary>Bytes of the stored manifest.</summary>
    public int ManifestBytes { get; init; }

    /// <inheritdoc/>
    public bool IsWhole { get; init; } = true;

    /// <inheritdoc/>
    string ICheckedRow.Id => ObjectKey;

    /// <summary>How many parts it has when it is complete; for tus, the fewest.</summary>
    public int PartCount => (int)((Size + PartSize - 1) / PartSize);

    /// <summary>What the store calls the object of the bytes.</summary>
    public string ObjectKey => Id.ToString("N");

    /// <summary>What the store calls the object of the manifest.</summary>
    public string ManifestKey => ObjectKey + ManifestSuffix;

    /// <summary>Ends the name of a manifest.</summary>
    public const string ManifestSuffix = ".manifest";

    /// <summary>The object that is being written; only if the file has bytes.</summary>
    public BlobUpload Blob => new(ObjectKey, StoreToken!, StorePartBytes);

    /// <summary>The plaintext length of a part of the part API.</summary>
    /// <param name="number">1 to <see cref="PartCount"/>.</param>
    public long PartLength(int number) => Math.Min(PartSize, Size - ((number - 1) * PartSize));
}
