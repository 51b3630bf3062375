namespace Headroom.Search.Embedding;

/// <summary>
/// Runs texts in batches. What comes while nothing runs is run at once; what comes meanwhile waits and goes together.
/// Beside a run, another one starts only after a short window, unless there is enough to be worth it. Each run takes its
/// share of what waits and leaves the rest to the others, so that all are done at about the same time («guided
/// self-scheduling», Polychronopoulos and Kuck, IEEE Transactions on Computers C-36, 1987). Thread-safe.
/// </summary>
/// <param name="run">Computes a batch: ids to vectors, in order.</param>
/// <param name="options">How much goes together.</param>
/// <param name="time">The clock of the window.</param>
internal sealed class EmbeddingBatcher(Func<IReadOnlyList<int[]>, Task<float[][]>> run, BatchOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly BatchQueue _queue = new();
    private readonly Queue<(TaskCompletionSource Admitted, int Tokens)> _outside = new();
    private long _inFlight;
    private int _running;
    private bool _windowOpen;

    /// <summary>Tokens of the texts that wait or run.</summary>
    public long TokensInFlight
    {
        get
        {
            lock (_lock)
                return _inFlight;
        }
    }

    /// <summary>Computes the vector of a text. Waits first while too many tokens are under way.</summary>
    /// <param name="ids">Its tokens; at least one.</param>
    /// <param name="cancellationToken">Takes it out again; a run that has begun goes on for the others.</param>
    public async Task<float[]> EmbedAsync(int[] ids, CancellationToken cancellationToken)
    {
        await AdmitAsync(ids.Length, cancellationToken).ConfigureAwait(false);
        try
        {
            var text = new PendingText(ids, cancellationToken);
            lock (_lock)
                _queue.Add(text);
            Pump(windowIsOver: false);
            return await text.Vector.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(ids.Length);
        }
    }

    private Task AdmitAsync(int tokens, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource admitted;
        lock (_lock)
        {
            if (_outside.Count == 0 && Fits(tokens))
            {
                _inFlight += tokens;
                return Task.CompletedTask;
            }
            admitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _outside.Enqueue((admitted, tokens));
        }
        return WaitAsync(admitted, cancellationToken);
    }

    private static async Task WaitAsync(TaskCompletionSource admitted, CancellationToken cancellationToken)
    {
        // Whoever gives up keeps the place in the line and is passed over there.
        using (cancellationToken.UnsafeRegister(_ => admitted.TrySetCanceled(cancellationToken), null))
            await admitted.Task.ConfigureAwait(false);
    }

    /// <summary>A text alone always fits, however long it is.</summary>
    private bool Fits(int tokens) => _inFlight == 0 || _inFlight + tokens <= options.MaxTokensInFlight;

    private void Leave(int tokens)
    {
        lock (_lock)
        {
            _inFlight -= tokens;
            while (_outside.TryPeek(out var next) && (next.Admitted.Task.IsCompleted || Fits(next.Tokens)))
            {
                _outside.Dequeue();
                if (next.Admitted.TrySetResult())
                    _inFlight += next.Tokens;
            }
        }
    }

    /// <summary>Starts a run if there is something to run and somewhere to run it.</summary>
    private void Pump(bool windowIsOver)
    {
        lock (_lock)
        {
            if (windowIsOver)
                _windowOpen = false;
            if (_running == options.Runs || _queue.Tokens == 0)
                return;
            if (_running > 0 && !windowIsOver && _queue.Tokens < BatchOptions.WorthARun)
            {
                OpenWindow();
                return;
            }
            _running++;
            // It takes its batch when it gets there: the rest of a request comes meanwhile.
            _ = Task.Run(RunNextAsync);
        }
    }

    private long Share() => Math.Min(Math.Max(_queue.Tokens / options.Runs, BatchOptions.WorthARun), options.BatchTokens);

    private void OpenWindow()
    {
        if (_windowOpen)
            return;
        _windowOpen = true;
        _ = Task.Delay(options.Window, time)
            .ContinueWith(_ => Pump(windowIsOver: true), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task RunNextAsync()
    {
        IReadOnlyList<PendingText> batch = [];
        try
        {
            lock (_lock)
                batch = _queue.Take(Share());
            if (batch.Count == 0)
                return;
            Pump(windowIsOver: false);
            var vectors = await run([.. batch.Select(t => t.Ids)]).ConfigureAwait(false);
            for (var i = 0; i < batch.Count; i++)
                batch[i].Complete(vectors[i]);
        }
        catch (Exception problem)
        {
            // Everybody in the batch gets it, and the next batch runs all the same.
            foreach (var text in batch)
                text.Fail(problem);
        }
        finally
        {
            lock (_lock)
                _running--;
            Pump(windowIsOver: false);
        }
    }
}
