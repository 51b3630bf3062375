using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Headroom.Uploads.Metrics;

/// <summary>
/// The meter «Headroom.Uploads»: what comes in, goes out and is turned away. Everything is counted here and observed when
/// somebody asks, so that no count is lost before the first one does. Thread-safe.
/// </summary>
internal sealed class UploadMetrics
{
    private const string Bytes = "By";

    // As many as there are types of problems in this program. Prometheus sees no increase in a series that begins at one,
    // and alerts watch these.
    private readonly ConcurrentDictionary<string, long> _refused = new(StringComparer.Ordinal)
    {
        ["file_damaged"] = 0,
        ["store_full"] = 0,
        ["store_unavailable"] = 0,
        ["store_refused"] = 0,
    };
    private long _receiving;
    private long _sending;
    private long _received;
    private long _sent;
    private long _parts;
    private long _files;

    public UploadMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Headroom.Uploads");
        meter.CreateObservableGauge(
            "headroom.uploads.in_flight", InFlight, "{transfer}", "Bodies that are being encrypted, and files that are being sent, now.");
        meter.CreateObservableCounter(
            "headroom.uploads.received", () => Interlocked.Read(ref _received), Bytes, "What was taken and encrypted, kept in the end or not.");
        meter.CreateObservableCounter("headroom.uploads.sent", () => Interlocked.Read(ref _sent), Bytes, "What was decrypted and sent.");
        meter.CreateObservableCounter("headroom.uploads.parts", () => Interlocked.Read(ref _parts), "{part}", "Parts that became durable and were recorded.");
        meter.CreateObservableCounter("headroom.uploads.files", () => Interlocked.Read(ref _files), "{file}", "Uploads that became files.");
        meter.CreateObservableCounter(
            "headroom.uploads.refused",
            () => _refused.Select(r => new Measurement<long>(r.Value, new KeyValuePair<string, object?>("reason", r.Key))),
            "{request}",
            "Requests of uploads and files that were answered with a problem, by its type.");
    }

    /// <summary>A body begins to be encrypted; <see cref="EndReceiving"/> ends it.</summary>
    public void BeginReceiving() => Interlocked.Increment(ref _receiving);

    /// <summary>A body has ended, or was broken off after so many bytes.</summary>
    public void EndReceiving(long bytes)
    {
        Interlocked.Decrement(ref _receiving);
        Interlocked.Add(ref _received, bytes);
    }

    /// <summary>A file begins to be sent; <see cref="EndSending"/> ends it.</summary>
    public void BeginSending() => Interlocked.Increment(ref _sending);

    /// <summary>So many bytes of a file were sent.</summary>
    public void Sent(long bytes) => Interlocked.Add(ref _sent, bytes);

    /// <summary>A file was sent, or broken off.</summary>
    public void EndSending() => Interlocked.Decrement(ref _sending);

    /// <summary>Parts were recorded.</summary>
    public void Recorded(int parts) => Interlocked.Add(ref _parts, parts);

    /// <summary>An upload became a file.</summary>
    public void Completed() => Interlocked.Increment(ref _files);

    /// <summary>A request was answered with a problem.</summary>
    /// <param name="type">The last part of its type.</param>
    public void Refused(string type) => _refused.AddOrUpdate(type.Replace('-', '_'), 1, (_, count) => count + 1);

    private IEnumerable<Measurement<long>> InFlight() =>
    [
        new(Interlocked.Read(ref _receiving), new KeyValuePair<string, object?>("direction", "in")),
        new(Interlocked.Read(ref _sending), new KeyValuePair<string, object?>("direction", "out")),
    ];
}
