using System.Globalization;
using Headroom.Data.Blobs.S3;

namespace Headroom.Data.Tests.Host;

/// <summary>Sends parts to S3 at once and measures what that holds.</summary>
internal static class Sending
{
    private const int Mebi = 1024 * 1024;

    /// <returns>Peak of the heap in bytes above what it was before, bytes allocated, and the peak of the process's anonymous memory above before.</returns>
    public static async Task<string> MeasureAsync(Uri endpoint, string bucket, string folder, int parts, int mebibytes)
    {
        var bytes = (long)mebibytes * Mebi;
        using var spool = new Spool(new SpoolOptions(folder, new ByteSize((parts + 1) * bytes)) { AllowMemory = true });
        await using var store = new S3Store(new S3StoreOptions { Endpoint = endpoint, Bucket = bucket, AccessKey = "test:tester", SecretKey = "testing" }, spool);
        var upload = await store.BeginAsync("measured", bytes);
        var segment = new byte[64 * 1024];
        // The first one loads code and opens connections.
        await SendAsync(0);

        var (heap, allocated, anonymous) = (GC.GetTotalMemory(true), GC.GetTotalAllocatedBytes(true), Anonymous());
        var (peakHeap, peakAnonymous) = (heap, anonymous);
        using var done = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                // Forced, or garbage would count.
                peakHeap = Math.Max(peakHeap, GC.GetTotalMemory(true));
                peakAnonymous = Math.Max(peakAnonymous, Anonymous());
                await Task.Delay(20);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, parts).Select(SendAsync));
        await done.CancelAsync();
        await watch;
        var after = GC.GetTotalAllocatedBytes(true);
        await store.AbortAsync(upload.Key, upload.Token);
        return string.Create(CultureInfo.InvariantCulture, $"{peakHeap - heap} {after - allocated} {peakAnonymous - anonymous}");

        async Task SendAsync(int number)
        {
            await using var writer = await store.OpenWriteAsync(upload, upload.OffsetOf(number), bytes);
            for (var written = 0L; written < bytes; written += segment.Length)
                await writer.WriteAsync(segment);
            await writer.CommitAsync();
        }
    }

    private static long Anonymous() => File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.AsSpan(8, line.Length - 10), CultureInfo.InvariantCulture) * 1024)
        .First();
}
