namespace Headroom.Search.Documents;

/// <summary>A document that waits for its commit, and who waits for it.</summary>
internal sealed record PendingDocument(NewDocument Document, DocumentConflict Conflict, CancellationToken Cancelled)
{
    private readonly TaskCompletionSource<AddedDocument> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it is on the disk, or will not be.</summary>
    public Task<AddedDocument> Done => _done.Task;

    /// <summary>How much it adds to a commit, in characters.</summary>
    public int Characters { get; } = Document.Text.Length + Document.Fields.Sum(f => f.Key.Length + f.Value.Sum(v => v.Length));

    /// <summary>What became of it, once the commit is through.</summary>
    public AddedDocument Added { get; set; }

    /// <summary>Why it alone could not be stored.</summary>
    public Exception? Problem { get; set; }

    /// <summary>Tells who waits.</summary>
    public void Settle()
    {
        if (Problem is not null)
            _done.TrySetException(Problem);
        else
            _done.TrySetResult(Added);
    }

    /// <summary>Tells who waits that the whole commit failed.</summary>
    public void Fail(Exception problem) => _done.TrySetException(problem);

    /// <summary>Tells who left.</summary>
    public void Cancel() => _done.TrySetCanceled(Cancelled);
}
