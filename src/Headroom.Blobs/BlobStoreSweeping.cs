namespace Headroom.Blobs;

/// <summary>Removes what nobody knows any more: after crashes, and uploads that were abandoned.</summary>
public static class BlobStoreSweeping
{
    /// <summary>Goes through the store once and removes what is old and not wanted.</summary>
    /// <param name="store">The store.</param>
    /// <param name="before">Younger entries stay: they may not be recorded yet. An hour ago is a good choice, as the store's clock may differ.</param>
    /// <param name="isWanted">Whether an entry is on record.</param>
    /// <param name="cancellationToken">Stops between two entries.</param>
    /// <returns>How many entries were removed.</returns>
    public static async Task<int> SweepAsync(
        this IBlobStore store,
        DateTimeOffset before,
        Func<BlobEntry, CancellationToken, ValueTask<bool>> isWanted,
        CancellationToken cancellationToken = default)
    {
        var removed = 0;
        await foreach (var entry in store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Modified >= before || await isWanted(entry, cancellationToken).ConfigureAwait(false))
                continue;
            if (entry.Token is { } token)
                await store.AbortAsync(entry.Key, token, cancellationToken).ConfigureAwait(false);
            else
                await store.DeleteAsync(entry.Key, cancellationToken).ConfigureAwait(false);
            removed++;
        }
        return removed;
    }
}
