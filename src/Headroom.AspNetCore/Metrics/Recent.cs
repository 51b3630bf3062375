namespace Headroom.AspNetCore.Metrics;

/// <summary>Keeps a reading that costs something until it is too old. Thread-safe.</summary>
internal sealed class Recent<T>(TimeSpan maxAge, Func<T> read, TimeProvider time)
{
    private readonly Lock _lock = new();
    private T? _value;
    private long? _readAt;

    public T Value
    {
        get
        {
            lock (_lock)
            {
                if (_readAt is { } at && time.GetElapsedTime(at) < maxAge)
                    return _value!;
                _value = read();
                _readAt = time.GetTimestamp();
                return _value;
            }
        }
    }
}
