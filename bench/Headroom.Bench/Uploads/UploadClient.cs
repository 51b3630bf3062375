using System.Net.Http.Headers;

namespace Headroom.Bench.Uploads;

/// <summary>Plays an <see cref="UploadPlan"/>: so many files at once, from one process that holds nothing of them.</summary>
internal sealed class UploadClient(UploadPlan plan)
{
    /// <summary>Bodies go by connections of their own; the ones beside them shall not stay for longer than they are used.</summary>
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(2);

    private readonly byte[] _noise = FileContent.Noise();
    private readonly UploadRecord _record = new();

    public async Task<UploadReport> RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = IdleConnection })
        {
            BaseAddress = plan.Address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (plan.Key is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", plan.Key);
        var client = new PatientClient(http, _record);
        var (sizes, ids, next, begun) = (plan.Sizes.Draw(), new string?[plan.Sizes.Count], -1, 0);
        var started = Stopwatch.GetTimestamp();
        await OnAllAsync(async file =>
        {
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > plan.Seconds)
                return;
            Interlocked.Increment(ref begun);
            var trip = new FileTrip(plan, client, _noise, file, sizes[file]);
            ids[file] = await SendAsync(trip, sizes[file], cancellationToken);
            if (plan.Delete && ids[file] is { } id)
                await SettleAsync(trip, file, id, cancellationToken);
        });
        if (!plan.Delete)
            await OnAllAsync(
                file => ids[file] is { } id
                    ? SettleAsync(new FileTrip(plan, client, _noise, file, sizes[file]), file, id, cancellationToken)
                    : Task.CompletedTask);
        return _record.Report(begun);

        async Task OnAllAsync(Func<int, Task> work)
        {
            next = -1;
            await Task.WhenAll(Enumerable.Range(0, plan.Clients).Select(async _ =>
            {
                for (var file = Interlocked.Increment(ref next); file < sizes.Length; file = Interlocked.Increment(ref next))
                    await work(file);
            }));
        }
    }

    /// <returns>The file's id; null when it was given up.</returns>
    private async Task<string?> SendAsync(FileTrip trip, long length, CancellationToken cancellationToken)
    {
        string? id = null;
        await InTimeAsync(
            async token =>
            {
                var started = Stopwatch.GetTimestamp();
                id = await trip.SendAsync(token);
                _record.Completed(length, Stopwatch.GetElapsedTime(started));
            },
            cancellationToken);
        return id;
    }

    private Task SettleAsync(FileTrip trip, int file, string id, CancellationToken cancellationToken) => InTimeAsync(
        async token =>
        {
            if (file % plan.CompareEvery == 0)
                _record.Compared(await trip.CompareAsync(id, token));
            if (!plan.Delete)
                return;
            if (await trip.DeleteAsync(id, token))
                _record.Deleted();
            else
                _record.Failed("not gone after its deletion");
        },
        cancellationToken);

    private async Task InTimeAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(plan.TimeoutSeconds));
        try
        {
            await work(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _record.Failed($"not done after {plan.TimeoutSeconds} s");
        }
        catch (Exception problem) when (problem is UploadRefusedException or IOException or HttpRequestException)
        {
            _record.Failed(problem.Message);
        }
    }
}
