using Headroom.AspNetCore.Problems;
using Headroom.Blobs;
using Headroom.Keys;
using Headroom.Uploads.Completing;
using Headroom.Uploads.State;
using Headroom.Uploads.Writing;
using Headroom.Web.Starting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Headroom.Uploads.Sweeping;

/// <summary>
/// Goes on with what a restart interrupted, removes uploads that nobody finishes, wraps keys with the current master key,
/// and removes from the store what is on no record. What fails, because the store is down for example, is tried again at the next round.
/// </summary>
internal sealed partial class UploadSweeper(
    UploadStore uploads,
    UploadCompleter completer,
    UploadRemover remover,
    UploadSecrets secrets,
    Turns turns,
    OrphanSweep orphans,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<UploadSweeper> logger) : BackgroundService
{
    private const int Batch = 50;

    /// <summary>Between two rounds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Between two looks through the whole store: with S3 they cost a request for each thousand objects.</summary>
    private static readonly TimeSpan OrphanPause = TimeSpan.FromHours(6);

    /// <summary>One round, without the look through the store.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        await EachAsync(UploadState.Completing, CompleteAsync, cancellationToken);
        await EachAsync(UploadState.Deleting, remover.RemoveHiddenAsync, cancellationToken);
        await ExpireAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await lifetime.HasStartedAsync(stoppingToken))
            return;
        await TryAsync("re-wrapping keys", RewrapAsync, stoppingToken);
        var looked = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryAsync("sweeping uploads", SweepAsync, stoppingToken);
            if (time.GetUtcNow() - looked >= OrphanPause)
            {
                looked = time.GetUtcNow();
                await TryAsync("looking for orphans in the store", orphans.SweepAsync, stoppingToken);
            }
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task EachAsync(UploadState state, Func<Upload, CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        for (var after = 0L; await uploads.InStateAsync(state, after, Batch, cancellationToken) is { Count: > 0 } found; after = found[^1].Key)
        {
            foreach (var upload in found)
                await TryAsync($"ending {upload.Id:N}", token => action(upload, token), cancellationToken);
        }
    }

    private async Task CompleteAsync(Upload upload, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(upload.Id, Turns.WholeUpload, cancellationToken);
        await completer.CompleteAsync(upload, held: default, cancellationToken);
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        while (await uploads.ExpiredAsync(Batch, cancellationToken) is { Count: > 0 } expired)
        {
            foreach (var upload in expired)
                await remover.RemoveAsync(upload, onlyExpired: true, cancellationToken);
        }
    }

    /// <summary>The copies beside the manifests keep their old wrapping: they are for when the database is lost, and old master keys stay known.</summary>
    private async Task RewrapAsync(CancellationToken cancellationToken)
    {
        for (var after = 0L; await uploads.InStateAsync(UploadState.Complete, after, Batch, cancellationToken) is { Count: > 0 } found; after = found[^1].Key)
        {
            foreach (var upload in found)
            {
                if (secrets.Rewrap(upload) is { } wrapped)
                    await uploads.RewrapAsync(upload.Key, wrapped, cancellationToken);
            }
        }
    }

    private async Task TryAsync(string what, Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        try
        {
            await action(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The next start goes on.
        }
        catch (ProblemException)
        {
            // It was deleted meanwhile, or needs parts that only its client has.
        }
        catch (Exception problem)
            when (problem is BlobException or IOException or MasterKeyException or ContainerException or Budget.MemoryLeaseRefusedException
                or Microsoft.Data.Sqlite.SqliteException or Sqlite.DatabaseException)
        {
            LogFailure(what, problem.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Failed {What}; it is tried again: {Problem}")]
    private partial void LogFailure(string what, string problem);
}
