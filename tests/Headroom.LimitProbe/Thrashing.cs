using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using Headroom.Limits;
using Headroom.Measuring;
using Headroom.Pressure;

namespace Headroom.LimitProbe;

/// <summary>Reads a mapped file that is larger than the limit, round and round, as a runtime reads weights.</summary>
internal static class Thrashing
{
    public static unsafe IEnumerable<(string, object)> Run(string file)
    {
        var limit = new MemoryLimitDetector().Detect();
        var (meter, detector, gauge) = (new MemoryMeter(limit), new ThrashDetector(), new PressureGauge());
        var length = limit.Size.Bytes * 2;
        using (var made = File.Create(file))
            made.SetLength(length);
        using var mapping = MemoryMappedFile.CreateFromFile(file, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using var view = mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* data = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);

        var highest = PressureLevel.None;
        var first = Sample();
        var noticed = Until(() => detector.IsThrashing, seconds: 30, () =>
        {
            var sum = 0;
            for (var at = 0L; at < length; at += 4096)
                sum += Volatile.Read(ref data[at]);
        });
        var (refaults, shown) = (detector.Refaults, Sample().WorkingSet);
        // Stall information is an average of ten seconds: it takes half a minute to fall, and ten seconds more count.
        var over = Until(() => !detector.IsThrashing, seconds: 90, () => Thread.Sleep(200));
        return
        [
            ("first", first.Unreclaimable), ("noticed", noticed), ("refaults", refaults), ("over", over),
            ("highest", highest), ("knows refaults", first.Cgroup?.Refaults is not null), ("working set", shown),
        ];

        MemorySnapshot Sample()
        {
            var snapshot = meter.Read();
            detector.Update(snapshot);
            var level = gauge.Update((double)snapshot.Unreclaimable / limit.Size.Bytes);
            highest = level > highest ? level : highest;
            return snapshot;
        }

        bool Until(Func<bool> condition, int seconds, Action work)
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < seconds; work())
            {
                Sample();
                if (condition())
                    return true;
            }
            return false;
        }
    }
}
