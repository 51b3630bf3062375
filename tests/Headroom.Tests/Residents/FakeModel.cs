namespace Headroom.Tests.Residents;

/// <summary>A model that counts how often it is freed.</summary>
public sealed class FakeModel : IDisposable
{
    public int Disposals { get; private set; }

    public bool FailsToDispose { get; set; }

    public void Dispose()
    {
        Disposals++;
        if (FailsToDispose)
            throw new InvalidOperationException("It can't be freed.");
    }
}

/// <summary>Loads a <see cref="FakeModel"/> at once, or when the test says so.</summary>
internal sealed class FakeLoader
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _finish;
    private bool _listen;
    private int _loads;

    public int Loads => Volatile.Read(ref _loads);

    public Task Started => _started.Task;

    public CancellationToken Token { get; private set; }

    public Exception? Failure { get; set; }

    public FakeModel? Last { get; private set; }

    public void Hold(bool listen = true)
    {
        _finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _listen = listen;
    }

    public void Finish() => _finish!.SetResult();

    public void Fail(Exception problem) => _finish!.SetException(problem);

    public async Task<FakeModel> LoadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _loads);
        Token = cancellationToken;
        _started.TrySetResult();
        if (_finish is not null)
            await _finish.Task.WaitAsync(_listen ? cancellationToken : CancellationToken.None);
        if (Failure is not null)
            throw Failure;
        return Last = new FakeModel();
    }
}
