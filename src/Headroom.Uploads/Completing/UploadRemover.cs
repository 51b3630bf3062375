using Headroom.Blobs;
using Headroom.Uploads.State;

namespace Headroom.Uploads.Completing;

/// <summary>Removes uploads and files: out of sight first, then from the store, then from the records. A restart goes on with it.</summary>
internal sealed class UploadRemover(UploadStore uploads, IBlobStore store)
{
    /// <summary>Removes an upload or file.</summary>
    /// <param name="upload">Which.</param>
    /// <param name="onlyExpired">Leaves it alone if it is complete, or something came for it meanwhile.</param>
    /// <param name="cancellationToken">Gives up; what is hidden by then goes later.</param>
    /// <returns>False when nothing was done.</returns>
    public async Task<bool> RemoveAsync(Upload upload, bool onlyExpired, CancellationToken cancellationToken)
    {
        if (!await uploads.HideAsync(upload, onlyExpired, cancellationToken))
            return false;
        await RemoveHiddenAsync(upload, cancellationToken);
        return true;
    }

    /// <summary>Ends a removal that was begun.</summary>
    public async Task RemoveHiddenAsync(Upload upload, CancellationToken cancellationToken)
    {
        // It may have been complete in the store and not in the records: both are asked to go.
        if (upload.StoreToken is { } token)
        {
            await store.AbortAsync(upload.ObjectKey, token, cancellationToken);
            await store.DeleteAsync(upload.ObjectKey, cancellationToken);
        }
        await store.DeleteAsync(upload.ManifestKey, cancellationToken);
        await uploads.ForgetAsync(upload.Key, cancellationToken);
    }
}
