using Headroom.Server.Configuration;

namespace Headroom.Server.Keys;

/// <summary>
/// Which admin key counts. It is settled once the server has the data folder and listens: a start that fails must not
/// take the key of one that runs, nor make one that nobody is told. Requests that come before wait for it.
/// </summary>
internal sealed class AdminKey(ApiKeyStore keys, ServerSettings settings)
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it is settled.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Makes the key of the environment valid, or a new one if there is none at all.</summary>
    /// <returns>The key that was made now; null when there is one already.</returns>
    public async Task<string?> SettleAsync(CancellationToken cancellationToken)
    {
        await keys.SetEnvironmentKeyAsync(settings.AdminKey, cancellationToken);
        var made = await keys.HasAdminAsync(cancellationToken)
            ? null
            : await keys.AddAsync("first-start", Web.Access.Scopes.Admin, ApiKeyStore.MainAccount, cancellationToken);
        _settled.TrySetResult();
        return made;
    }
}
