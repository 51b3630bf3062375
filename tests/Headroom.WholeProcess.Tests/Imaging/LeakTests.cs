using Headroom.Imaging;
using Headroom.Imaging.Native;
using Headroom.Imaging.Tests.Samples;

namespace Headroom.WholeProcess.Tests.Imaging;

public sealed class LeakTests
{
    private readonly ImageDecoder _decoder = new();

    [Fact]
    public void Hundreds_of_good_and_failing_decodes_leave_nothing_behind()
    {
        var jpeg = Sample.Jpeg(1600, 1200);
        var png = Sample.Png(700, 500);
        var damaged = png.ToArray();
        damaged[300] ^= 0xFF;
        byte[][] files = [jpeg, png, Sample.Webp(700, 500), jpeg[..(jpeg.Length / 2)], damaged, HandMade.AnimatedGif(), HandMade.JpegOfSize(64, 64)];
        Run(files, 60);
        var before = ProcessMemory.Anonymous;
        Run(files, 300);
        var grown = ProcessMemory.Anonymous - before;
        Assert.Equal((0u, 0), (Vips.TrackedBytes(), Vips.TrackedAllocations()));
        Assert.InRange(grown, long.MinValue, 6 << 20);
    }

    [Fact]
    public void Decodes_on_threads_that_come_and_go_leave_nothing_behind()
    {
        var jpeg = Sample.Jpeg(400, 300);
        // As many as are measured: until then code is compiled again and arenas of the C heap are made.
        OnNewThreads(300);
        var before = ProcessMemory.Anonymous;
        OnNewThreads(300);
        Assert.Equal((0u, 0), (Vips.TrackedBytes(), Vips.TrackedAllocations()));
        Assert.InRange(ProcessMemory.Anonymous - before, long.MinValue, 8 << 20);

        void OnNewThreads(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var thread = new Thread(() => _decoder.Decode(jpeg).Dispose());
                thread.Start();
                thread.Join();
            }

            Settle();
        }
    }

    private void Run(byte[][] files, int times)
    {
        for (var i = 0; i < times; i++)
            _decoder.Problem(files[i % files.Length]);
        Settle();
    }

    /// <summary>Gives back what is free, in the managed heap as well: what other tests left free is no growth of this one.</summary>
    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _ = VipsForTests.TrimHeap(0);
    }
}
