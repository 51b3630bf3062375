using System.Text;
using Headroom.Blobs;
using Headroom.Uploads.State;
using Microsoft.Extensions.Logging;

namespace Headroom.Uploads.Sweeping;

/// <summary>
/// Removes from the store what is on no record: what a crash left between the store and the database. Only in a store
/// that is marked as this database's: with another database, a new one after a loss for example, everything in it would
/// be on no record. A store is marked when it is empty, or holds something that is on record.
/// </summary>
internal sealed partial class OrphanSweep(UploadStore uploads, IBlobStore store, TimeProvider time, ILogger<OrphanSweep> logger)
{
    /// <summary>Names the database that the store belongs to.</summary>
    private const string OwnerKey = "headroom-owner";

    /// <summary>Younger entries may not be recorded yet; and the store's clock may differ.</summary>
    private static readonly TimeSpan MinAge = TimeSpan.FromHours(1);

    /// <summary>Looks through the store once.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var owner = await uploads.IdentityAsync(cancellationToken);
        var marked = await ReadOwnerAsync(cancellationToken);
        if (marked is null)
        {
            if (await HoldsOthersOnlyAsync(cancellationToken))
            {
                LogForeign(OwnerKey);
                return;
            }
            await store.PutAsync(OwnerKey, Encoding.ASCII.GetBytes(owner), cancellationToken);
            marked = await ReadOwnerAsync(cancellationToken);
        }
        if (marked != owner)
        {
            LogForeign(OwnerKey);
            return;
        }
        var removed = await store.SweepAsync(time.GetUtcNow() - MinAge, IsWantedAsync, cancellationToken);
        if (removed > 0)
            LogRemoved(removed);
    }

    /// <summary>Whether there are objects with names as uploads have them, and none of them is on record.</summary>
    private async Task<bool> HoldsOthersOnlyAsync(CancellationToken cancellationToken)
    {
        var others = false;
        await foreach (var entry in store.ListAsync(cancellationToken))
        {
            if (UploadOf(entry) is not { } id)
                continue;
            if (await uploads.FindAnyAsync(id, cancellationToken) is not null)
                return false;
            others = true;
        }
        return others;
    }

    private static Guid? UploadOf(BlobEntry entry)
    {
        var isManifest = entry.Key.EndsWith(Upload.ManifestSuffix, StringComparison.Ordinal);
        return Guid.TryParseExact(isManifest ? entry.Key[..^Upload.ManifestSuffix.Length] : entry.Key, "N", out var id) ? id : null;
    }

    private async ValueTask<bool> IsWantedAsync(BlobEntry entry, CancellationToken cancellationToken)
    {
        if (UploadOf(entry) is not { } id)
            return true;
        if (await uploads.FindAnyAsync(id, cancellationToken) is not { } upload)
            return false;
        // Of a damaged row nobody knows what belongs to it.
        if (!upload.IsWhole)
            return true;
        // An open object must be the one that is on record; pieces have no token and belong to whoever is not complete.
        return entry.Token is null || (upload.State != UploadState.Complete && (entry.Token.Length == 0 || entry.Token == upload.StoreToken));
    }

    private async Task<string?> ReadOwnerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var stored = await store.OpenReadAsync(OwnerKey, 0, 64, cancellationToken);
            using var reader = new StreamReader(stored, Encoding.ASCII);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (BlobException none) when (none.Problem == BlobProblem.NotFound)
        {
            return null;
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "The store holds files of another database, so that nothing in it is removed as an orphan. "
        + "Restore that database, or give this server a folder, bucket or prefix of its own; if the other files are not wanted, "
        + "delete them and the object '{Owner}'.")]
    private partial void LogForeign(string owner);

    [LoggerMessage(LogLevel.Information, "Removed {Count} entries of the store that were on no record.")]
    private partial void LogRemoved(int count);
}
