using Headroom.Bench.Timing;

namespace Headroom.Bench.Uploads;

/// <summary>Keeps what the client of uploads saw. Thread-safe.</summary>
internal sealed class UploadRecord
{
    private readonly Lock _lock = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly SortedDictionary<string, int> _retries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly List<double> _seconds = [];
    private double _lastCompleted;
    private long _bytes;
    private int _compared;
    private int _different;
    private int _deleted;
    private int _sending;
    private int _mostSending;

    /// <summary>A request with a body begins; disposing ends it.</summary>
    public IDisposable BeginBody()
    {
        lock (_lock)
            _mostSending = Math.Max(_mostSending, ++_sending);
        return new Ending(this);
    }

    /// <summary>A file is complete.</summary>
    public void Completed(long bytes, TimeSpan took)
    {
        lock (_lock)
        {
            _seconds.Add(took.TotalSeconds);
            _bytes += bytes;
            _lastCompleted = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        }
    }

    /// <summary>A file was downloaded.</summary>
    public void Compared(bool same)
    {
        lock (_lock)
        {
            _compared++;
            _different += same ? 0 : 1;
        }
    }

    /// <summary>A file was deleted and is gone.</summary>
    public void Deleted()
    {
        lock (_lock)
            _deleted++;
    }

    /// <summary>Something has to be sent again.</summary>
    public void Retried(string why) => Count(_retries, why);

    /// <summary>A file was given up.</summary>
    public void Failed(string why) => Count(_failures, why);

    /// <param name="files">How many were begun.</param>
    public UploadReport Report(int files)
    {
        lock (_lock)
        {
            var times = _seconds.Order().ToArray();
            return new UploadReport(
                files, times.Length, _compared, _different, _deleted, _bytes, _lastCompleted, _mostSending, _retries, _failures,
                Percentile.Of(times, 50), Percentile.Of(times, 99), Percentile.Of(times, 100));
        }
    }

    private void Count(SortedDictionary<string, int> counts, string what)
    {
        lock (_lock)
            counts[what] = counts.GetValueOrDefault(what) + 1;
    }

    private sealed class Ending(UploadRecord record) : IDisposable
    {
        public void Dispose()
        {
            lock (record._lock)
                record._sending--;
        }
    }
}
