using Headroom.Measuring;
using Headroom.Pressure;

namespace Headroom.Tests.Pressure;

public sealed class ThrashDetectorTests
{
    private readonly ThrashDetector _detector = new();
    private DateTimeOffset _now = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _faults;
    private long? _refaults = 0;
    private long _calls;

    [Fact]
    public void Evicted_pages_that_are_read_again_for_five_seconds_are_thrashing()
    {
        Run(seconds: 4, refaults: 12_288);
        Assert.False(_detector.IsThrashing);
        Run(seconds: 2, refaults: 12_288);
        Assert.True(_detector.IsThrashing);
        Assert.Equal(12_288, _detector.Refaults);
    }

    [Fact]
    public void A_first_read_of_the_weights_is_none_however_long_it_takes()
    {
        Run(seconds: 120, faults: 15_000);

        Assert.False(_detector.IsThrashing);
        Assert.Equal(15_000, _detector.MajorFaults);
    }

    [Fact]
    public void A_large_file_that_is_streamed_is_none()
    {
        Run(seconds: 60, refaults: 25_000, readByCalls: 25_000 * 4096);

        Assert.False(_detector.IsThrashing);
    }

    [Fact]
    public void Bursts_with_pauses_are_none()
    {
        for (var i = 0; i < 10; i++)
        {
            Run(seconds: 4, refaults: 50_000);
            Run(seconds: 2);
        }
        Assert.False(_detector.IsThrashing);
    }

    [Fact]
    public void It_is_over_after_ten_seconds_below_a_quarter()
    {
        Run(seconds: 7, refaults: 2_000);
        Assert.True(_detector.IsThrashing);
        Run(seconds: 30, refaults: 600);
        Assert.True(_detector.IsThrashing);
        Run(seconds: 9, refaults: 400);
        Assert.True(_detector.IsThrashing);
        Run(seconds: 1, refaults: 600);
        Run(seconds: 11, refaults: 400);
        Assert.False(_detector.IsThrashing);
    }

    [Fact]
    public void Where_the_kernel_counts_no_refaults_faults_count_but_for_half_a_minute()
    {
        _refaults = null;
        Run(seconds: 25, faults: 5_000);
        Assert.False(_detector.IsThrashing);
        Run(seconds: 6, faults: 5_000);
        Assert.True(_detector.IsThrashing);
    }

    [Fact]
    public void Tasks_that_wait_for_memory_a_tenth_of_the_time_are_thrashing()
    {
        Run(seconds: 10, stalled: 0.09);
        Assert.False(_detector.IsThrashing);
        Run(seconds: 7, stalled: 0.10);
        Assert.True(_detector.IsThrashing);
        Assert.Equal(0.10, _detector.Stalled);
    }

    [Fact]
    public void Fast_samples_are_summed_to_a_second()
    {
        Run(seconds: 7, refaults: 2_000, samplesPerSecond: 40);
        Assert.True(_detector.IsThrashing);
        Assert.Equal(2_000, _detector.Refaults, 1.0);
    }

    [Fact]
    public void Without_a_cgroup_nothing_is_known()
    {
        for (var i = 0; i < 10; i++)
            Assert.False(_detector.Update(new MemorySnapshot { At = _now = _now.AddSeconds(1) }));
    }

    private void Run(int seconds, double refaults = 0, double faults = 0, double readByCalls = 0, double? stalled = null, int samplesPerSecond = 1)
    {
        for (var i = 0; i < seconds * samplesPerSecond; i++)
        {
            _now = _now.AddSeconds(1.0 / samplesPerSecond);
            _faults += (long)faults / samplesPerSecond;
            _refaults += (long)refaults / samplesPerSecond;
            _calls += (long)readByCalls / samplesPerSecond;
            _detector.Update(new MemorySnapshot
            {
                At = _now,
                ReadByCalls = _calls,
                Cgroup = new CgroupUsage { MajorFaults = _faults, Refaults = _refaults, Stalled = stalled },
            });
        }
    }
}
