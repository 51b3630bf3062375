using FsCheck.Fluent;
using Headroom.Reconciling;

namespace Headroom.Tests.Reconciling;

public sealed class WorkKindTests : IDisposable
{
    private const long Megabyte = ReconcilingFixture.Megabyte;
    private readonly ReconcilingFixture _process = new();
    private readonly WorkKind _kind;

    public WorkKindTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Peaks are read from /proc, which exists on Linux only.");
        _kind = _process.Observer.AddKind("decode");
    }

    public void Dispose() => _process.Dispose();

    [Fact]
    public void Until_eight_pieces_of_work_were_seen_an_estimate_stays_what_it_is()
    {
        for (var i = 0; i < 7; i++)
            Observe(20 * Megabyte);
        Assert.Equal(1000, _kind.Correct(new ByteSize(1000)).Bytes);

        Observe(20 * Megabyte);
        Assert.Equal(1125, _kind.Correct(new ByteSize(1000)).Bytes);
    }

    [Fact]
    public void An_estimate_that_is_too_low_is_raised_soon_and_one_that_is_too_high_is_lowered_late()
    {
        var raised = Steps(18 * Megabyte, f => f >= 1.75);
        Assert.InRange(raised, 8, 30);

        var lowered = Steps(6 * Megabyte, f => f <= 0.65);
        Assert.InRange(lowered, 150, 300);

        int Steps(long taken, Func<double, bool> until)
        {
            for (var step = 1; ; step++)
            {
                Observe(taken);
                if (until(_kind.Status.Factor))
                    return step;
            }
        }
    }

    [Fact]
    public void Whatever_is_observed_the_factor_stays_in_its_bounds_and_never_jumps() =>
        Properties.Hold(
            from taken in Gen.Frequency((3, Gen.Choose(0, 30)), (1, Gen.Choose(0, 100_000))).ListOf(60)
            from low in Gen.Choose(10, 100)
            from high in Gen.Choose(100, 800)
            select (taken, Low: low / 100.0, High: high / 100.0),
            c =>
            {
                using var process = new ReconcilingFixture();
                var kind = process.Observer.AddKind("any", c.Low, c.High);
                var factor = 1.0;
                foreach (var megabytes in c.taken)
                {
                    process.Alone(kind, 10 * Megabyte, megabytes * Megabyte);
                    var next = kind.Status.Factor;
                    Assert.InRange(next, c.Low, c.High);
                    Assert.InRange(next - factor, (c.Low - c.High) / 64 - 1e-9, (c.High - c.Low) / 8 + 1e-9);
                    factor = next;
                }
                return true;
            },
            cases: 60);

    [Fact]
    public void The_factor_goes_to_what_nineteen_of_twenty_pieces_of_work_need()
    {
        var random = new Random(1);
        for (var i = 0; i < 600; i++)
            Observe((long)((8 + 4 * random.NextDouble()) * Megabyte));

        Assert.InRange(_kind.Status.Factor, 1.13, 1.22);
        Assert.InRange(_kind.Status.Drift, 0.95, 1.05);
        Assert.InRange(_kind.Status.ObservedMean.Megabytes, 9.5, 10.5);
        Assert.InRange(_kind.Status.ObservedP95.Megabytes, 11.4, 12);
        Assert.Equal((600, 10.0), (_kind.Status.Observations, _kind.Status.EstimatedMean.Megabytes));
    }

    [Fact]
    public void An_estimate_that_the_bounds_cannot_mend_drifts_until_it_fits_again()
    {
        for (var i = 0; i < 22; i++)
        {
            Observe(40 * Megabyte);
            Assert.False(_kind.Status.Drifting);
        }
        Observe(40 * Megabyte);
        Assert.True(_kind.Status.Drifting);
        Assert.InRange(_kind.Status.Drift, 2, 2.3);
        Assert.Equal(
            "decode: needs 4.00 × its estimate of 10.0 MB on average, is granted 1.88 ×; correct the estimate where it is declared.", _kind.Status.ToString());

        for (var i = 0; i < 100; i++)
            Observe(20 * Megabyte);
        Assert.False(_kind.Status.Drifting);
        Assert.InRange(_kind.Status.Drift, 0.95, 1.05);
    }

    [Fact]
    public void An_estimate_that_is_learned_in_time_does_not_drift()
    {
        for (var i = 0; i < 100; i++)
        {
            Observe(19 * Megabyte);
            Assert.False(_kind.Status.Drifting);
        }
    }

    [Fact]
    public void A_correction_is_rounded_up_and_never_overflows()
    {
        for (var i = 0; i < 100; i++)
            Observe(20 * Megabyte);
        Assert.Equal(2, _kind.Correct(new ByteSize(1)).Bytes);
        Assert.Equal(long.MaxValue, _kind.Correct(new ByteSize(long.MaxValue)).Bytes);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1.1, 2)]
    [InlineData(0.5, 0.9)]
    [InlineData(0.5, 9)]
    public void Bounds_that_make_no_sense_are_refused(double low, double high) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _process.Observer.AddKind("other", low, high));

    [Fact]
    public void Work_without_an_estimate_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => _kind.Begin(0));

    [Fact]
    public void Two_kinds_cannot_have_one_name()
    {
        var problem = Assert.Throws<ArgumentException>(() => _process.Observer.AddKind("decode"));
        Assert.StartsWith("There is a kind of work named 'decode' already.", problem.Message, StringComparison.Ordinal);
    }

    private void Observe(long taken) => _process.Alone(_kind, 10 * Megabyte, taken);
}
