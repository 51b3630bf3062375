using System.Globalization;
using Headroom.Blobs.Spooling;

namespace Headroom.Blobs.S3.Tests.Host;

/// <summary>Sends parts to S3 at once, reads them at once, and measures what each holds.</summary>
internal static class Transfers
{
    private const int Mebi = 1024 * 1024;

    /// <returns>
    /// For sending, then for reading: peak of the heap in bytes above what it was before, bytes allocated, and the peak of
    /// anonymous memory above what it was before.
    /// </returns>
    public static async Task<string> MeasureAsync(Uri endpoint, string bucket, string folder, int parts, int mebibytes)
    {
        var bytes = (long)mebibytes * Mebi;
        using var spool = new Spool(new SpoolOptions(folder, new ByteSize((parts + 1) * bytes)) { AllowMemory = true });
        await using var store = new S3Store(
            new S3StoreOptions { Endpoint = endpoint, Bucket = bucket, AccessKey = "test:tester", SecretKey = "testing" }, spool);
        var upload = await store.BeginAsync("measured", bytes);
        var written = new BlobPart[parts];
        // The first ones load code.
        await SendAsync(0);
        var sending = await WatchAsync(() => Task.WhenAll(Enumerable.Range(0, parts).Select(SendAsync)));
        await store.CompleteAsync(upload, written);
        await ReadAsync(0);
        var reading = await WatchAsync(() => Task.WhenAll(Enumerable.Range(0, parts).Select(ReadAsync)));
        await store.DeleteAsync(upload.Key);
        return $"{sending} {reading}";

        async Task SendAsync(int number)
        {
            var segment = new byte[64 * 1024];
            await using var writer = await store.OpenWriteAsync(upload, upload.OffsetOf(number), bytes);
            while (writer.Written < bytes)
                await writer.WriteAsync(segment);
            written[number] = await writer.CommitAsync();
        }

        async Task ReadAsync(int number)
        {
            var segment = new byte[64 * 1024];
            await using var stream = await store.OpenReadAsync(upload.Key, upload.OffsetOf(number), bytes);
            while (await stream.ReadAsync(segment) > 0)
            {
            }
        }
    }

    private static async Task<string> WatchAsync(Func<Task> work)
    {
        var (heap, allocated, anonymous) = (GC.GetTotalMemory(true), GC.GetTotalAllocatedBytes(true), Anonymous());
        var (peakHeap, peakAnonymous) = (heap, anonymous);
        using var done = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                // Collected first, or garbage would count.
                peakHeap = Math.Max(peakHeap, GC.GetTotalMemory(true));
                peakAnonymous = Math.Max(peakAnonymous, Anonymous());
                await Task.Delay(20);
            }
        });
        await work();
        var after = GC.GetTotalAllocatedBytes(true);
        await done.CancelAsync();
        await watch;
        return string.Create(CultureInfo.InvariantCulture, $"{peakHeap - heap} {after - allocated} {peakAnonymous - anonymous}");
    }

    private static long Anonymous() => File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.AsSpan(8, line.Length - 10), CultureInfo.InvariantCulture) * 1024)
        .First();
}
