using Microsoft.Data.Sqlite;

namespace Headroom.Sqlite;

/// <summary>A write that waits for its transaction, which it may share with others.</summary>
internal abstract class PendingWrite
{
    private int _taken;

    /// <summary>Takes it out of the line, to be done or to be forgotten. True once.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    /// <summary>Does it, inside a transaction.</summary>
    public abstract void Run(SqliteConnection connection);

    /// <summary>The transaction is on the disk.</summary>
    public abstract void Settle();

    /// <summary>Nothing of it was done. What failed already keeps its own reason.</summary>
    public abstract void Fail(Exception reason);
}

/// <inheritdoc/>
internal sealed class PendingWrite<T>(Func<SqliteConnection, T> write) : PendingWrite
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _value = default!;

    public Task<T> Task => _result.Task;

    public override void Run(SqliteConnection connection) => _value = write(connection);

    public override void Settle() => _result.TrySetResult(_value);

    public override void Fail(Exception reason) => _result.TrySetException(ReadDeadline.Meaning(reason));
}
