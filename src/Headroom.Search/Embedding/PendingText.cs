namespace Headroom.Search.Embedding;

/// <summary>A text on its way through a batch.</summary>
internal sealed class PendingText(int[] ids, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<float[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its tokens.</summary>
    public int[] Ids => ids;

    /// <summary>Whether its caller has gone.</summary>
    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <summary>Its vector.</summary>
    public Task<float[]> Vector => _done.Task;

    public void Complete(float[] vector) => _done.TrySetResult(vector);

    public void Fail(Exception problem) => _done.TrySetException(problem);

    public void Drop() => _done.TrySetCanceled(cancellationToken);
}
