using Headroom.Reconciling;

namespace Headroom.Tests.Reconciling;

public sealed class WorkObserverTests : IDisposable
{
    private const long Megabyte = ReconcilingFixture.Megabyte;
    private readonly ReconcilingFixture _process = new();
    private readonly WorkKind _kind;
    private readonly WorkKind _other;

    public WorkObserverTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Peaks are read from /proc, which exists on Linux only.");
        _kind = _process.Observer.AddKind("clock");
        _other = _process.Observer.AddKind("upload");
    }

    public void Dispose() => _process.Dispose();

    [Fact]
    public void Work_that_runs_alone_is_measured_from_its_beginning_to_its_peak()
    {
        using (_kind.Begin(10 * Megabyte))
        {
            Assert.True(_process.WasReset);
            _process.Hold(anonymous: 103 * Megabyte, peak: 130 * Megabyte);
        }
        Assert.Equal((1, 30.0), (_kind.Status.Observations, _kind.Status.ObservedMean.Megabytes));
    }

    [Fact]
    public void File_pages_that_were_read_meanwhile_are_not_its_own()
    {
        using (_kind.Begin(10 * Megabyte))
            _process.Hold(anonymous: 100 * Megabyte, file: 25 * Megabyte, peak: 145 * Megabyte);
        Assert.Equal(20, _kind.Status.ObservedMean.Megabytes);
    }

    [Fact]
    public void Work_that_overlaps_with_any_other_is_not_measured()
    {
        var first = _kind.Begin(10 * Megabyte);
        var second = _other.Begin(10 * Megabyte);
        _process.Hold(anonymous: 100 * Megabyte, peak: 150 * Megabyte);
        second.Dispose();
        first.Dispose();

        _process.Clock.Advance(TimeSpan.FromSeconds(1));
        first = _kind.Begin(10 * Megabyte);
        second = _kind.Begin(10 * Megabyte);
        first.Dispose();
        _process.Clock.Advance(TimeSpan.FromSeconds(1));
        _other.Begin(10 * Megabyte).Dispose();
        second.Dispose();

        Assert.Equal((0, 0), (_kind.Status.Observations, _other.Status.Observations));
        _process.Alone(_other, 10 * Megabyte, 5 * Megabyte);
        Assert.Equal((0, 1), (_kind.Status.Observations, _other.Status.Observations));
    }

    [Fact]
    public void At_most_one_piece_of_work_a_second_is_measured_and_small_ones_never()
    {
        for (var i = 0; i < 20; i++)
        {
            _kind.Begin(10 * Megabyte).Dispose();
            _process.Clock.Advance(TimeSpan.FromSeconds(0.25));
        }
        Assert.Equal(5, _kind.Status.Observations);

        _process.Alone(_other, 100_000, 50_000);
        Assert.Equal(0, _other.Status.Observations);
    }

    [Fact]
    public void Ending_twice_ends_once()
    {
        var first = _kind.Begin(10 * Megabyte);
        var copy = first;
        first.Dispose();
        var second = _kind.Begin(20 * Megabyte);
        copy.Dispose();
        default(WorkObservation).Dispose();
        var third = _kind.Begin(20 * Megabyte);
        third.Dispose();
        second.Dispose();

        _process.Alone(_kind, 10 * Megabyte, 5 * Megabyte);
        Assert.Equal(2, _kind.Status.Observations);
    }

    [Fact]
    public void Where_peaks_cannot_be_set_back_nothing_is_observed_and_nothing_fails()
    {
        _process.WithoutPeaks();
        for (var i = 0; i < 20; i++)
            _process.Alone(_kind, 10 * Megabyte, 20 * Megabyte);

        Assert.Equal((0, 1.0, 1.0), (_kind.Status.Observations, _kind.Status.Factor, _kind.Status.Drift));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(1.8)]
    [InlineData(3)]
    public void Samples_of_mixed_work_find_what_each_kind_takes(double ratio)
    {
        var third = _process.Observer.AddKind("search");
        Mixed(seed: 1, minutes: 30, (_kind, 20, ratio), (_other, 10, 0.6), (third, 30, 1));

        Assert.InRange(_kind.Status.SampledRatio, ratio * 0.85, ratio * 1.15);
        Assert.InRange(_other.Status.SampledRatio, 0.35, 0.85);
        Assert.InRange(third.Status.SampledRatio, 0.85, 1.15);
        Assert.InRange(_kind.Status.Factor, Math.Min(1.99, ratio * 0.95), Math.Min(2, ratio * 1.25));
        Assert.InRange(third.Status.Factor, 1, 1.25);
        Assert.Equal(ratio > 2, _kind.Status.Drifting);
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(1.6)]
    public void Samples_alone_raise_an_estimate_but_never_lower_it(double ratio)
    {
        _process.WithoutPeaks();
        Mixed(seed: 2, minutes: 20, (_kind, 20, ratio), (_other, 20, 1));

        Assert.Equal(0, _kind.Status.Observations);
        Assert.InRange(_kind.Status.SampledRatio, ratio * 0.85, ratio * 1.15);
        Assert.InRange(_kind.Status.Factor, Math.Max(1, ratio * 0.9), Math.Max(1, ratio * 1.15));
    }

    [Fact]
    public void Together_with_work_that_ran_alone_they_lower_it()
    {
        Mixed(seed: 2, minutes: 40, (_kind, 20, 0.6));

        Assert.True(_kind.Status.Observations >= 100);
        Assert.InRange(_kind.Status.Factor, 0.6, 0.9);
    }

    [Fact]
    public void A_leak_and_a_heap_that_comes_and_goes_are_not_charged_to_the_work()
    {
        Mixed(seed: 3, minutes: 30, second => second * 0.05 + 15 * Math.Sin(second / 200.0), (_kind, 20, 1), (_other, 20, 1));
        Assert.InRange(_kind.Status.SampledRatio, 0.8, 1.2);
        Assert.InRange(_other.Status.SampledRatio, 0.8, 1.2);
    }

    [Fact]
    public void Observing_allocates_nothing()
    {
        Observe();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Observe();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Observe()
        {
            for (var i = 0; i < 1000; i++)
            {
                using var one = _kind.Begin(1000);
                using var two = _other.Begin(1000);
                _process.Observer.Sample(100 * Megabyte);
            }
        }
    }

    [Fact]
    public async Task Many_threads_at_once_leave_nothing_running()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                using var one = _kind.Begin(2 * Megabyte);
                using var two = (n % 2 == 0 ? _kind : _other).Begin(1 + i);
                _process.Observer.Sample(i);
            }
        })));

        _process.Alone(_kind, 10 * Megabyte, 5 * Megabyte);
        Assert.Equal(5, _kind.Status.ObservedP95.Megabytes);
    }

    private void Mixed(int seed, int minutes, params (WorkKind Kind, long Megabytes, double Ratio)[] work) => Mixed(seed, minutes, _ => 0, work);

    /// <summary>Of each kind up to three pieces run at a time, for some seconds each; a sample a second, with noise.</summary>
    private void Mixed(int seed, int minutes, Func<int, double> rest, params (WorkKind Kind, long Megabytes, double Ratio)[] work)
    {
        var random = new Random(seed);
        var running = new List<(WorkObservation Observation, WorkKind Kind, double Held)>();
        for (var second = 0; second < minutes * 60; second++)
        {
            running.RemoveAll(r =>
            {
                if (random.NextDouble() < 0.7)
                    return false;
                r.Observation.Dispose();
                return true;
            });
            Hold();
            foreach (var (kind, megabytes, ratio) in work)
            {
                if (random.NextDouble() < 0.4 && running.Count(r => r.Kind == kind) < 3)
                    running.Add((kind.Begin(megabytes * Megabyte), kind, megabytes * ratio * (0.8 + 0.4 * random.NextDouble())));
            }
            _process.Observer.Sample(Hold());
            _process.Clock.Advance(TimeSpan.FromSeconds(1));

            long Hold()
            {
                var held = (long)((100 + rest(second) + 4 * random.NextDouble() + running.Sum(r => r.Held)) * Megabyte);
                _process.Hold(held);
                return held;
            }
        }
        running.ForEach(r => r.Observation.Dispose());
    }
}
