using Headroom.Limits;
using Headroom.Planning;

namespace Headroom.Tests.Planning;

public sealed class MemoryPlanTests
{
    private static readonly MemoryPlanTerm Baseline = new(MemoryPlanKind.Baseline, "the process, idle", ByteSize.FromMegabytes(300), "");
    private static readonly MemoryPlanTerm Model = new(
        MemoryPlanKind.Resident, "face models", ByteSize.FromMegabytes(60), "choose smaller models with HEADROOM__MODELS");
    private static readonly MemoryPlanTerm Photo = new(MemoryPlanKind.Operation, "one photo", ByteSize.FromMegabytes(40), "lower HEADROOM__FACES__MAX_PIXELS");

    [Fact]
    public void Terms_that_fit_leave_the_rest_as_headroom()
    {
        var plan = Plan(512, 1, Baseline, Model, Photo);

        Assert.True(plan.Fits);
        Assert.Equal(480, plan.Budget.Megabytes);
        Assert.Equal(400, plan.Needed.Megabytes);
        Assert.Equal(80, plan.Headroom.Megabytes);
        Assert.Contains("Fits: 80.0 MB are left", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Exactly_full_still_fits_and_one_byte_more_does_not()
    {
        var full = new MemoryPlanTerm(MemoryPlanKind.Resident, "cache", ByteSize.FromMegabytes(480), "");

        Assert.True(Plan(512, 1, full).Fits);
        Assert.False(Plan(512, 1, full with { Size = full.Size + new ByteSize(1) }).Fits);
    }

    [Fact]
    public void A_misfit_names_the_largest_term_that_can_shrink_and_its_remedy()
    {
        var plan = Plan(256, 1, Baseline, Model, Photo);

        Assert.False(plan.Fits);
        Assert.Equal(Model, plan.Largest);
        Assert.Equal(-176, plan.Headroom.Megabytes);
        var text = plan.ToString();
        Assert.Contains("Does not fit: 400.0 MB are needed, 224.0 MB are there, 176.0 MB too much.", text, StringComparison.Ordinal);
        Assert.Contains("«face models» (60.0 MB): choose smaller models with HEADROOM__MODELS", text, StringComparison.Ordinal);
        Assert.DoesNotContain("WORKERS", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_alone_that_does_not_fit_asks_for_a_larger_instance()
    {
        var plan = Plan(256, 1, Baseline);

        Assert.Null(plan.Largest);
        Assert.Contains("an instance with more memory", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_worker_needs_the_memory_again()
    {
        var plan = Plan(512, 4, Baseline, Model, Photo);

        Assert.False(plan.Fits);
        Assert.Equal(400, plan.NeededPerWorker.Megabytes);
        Assert.Equal(1600, plan.Needed.Megabytes);
        var text = plan.ToString();
        Assert.Contains("4 workers need 4 times the memory: set WORKERS=1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("face models» (", text, StringComparison.Ordinal);
        Assert.True((plan with { Workers = 1 }).Fits);
    }

    [Fact]
    public void Workers_of_which_not_even_one_fits_are_told_both_remedies()
    {
        var text = Plan(256, 2, Baseline, Model, Photo).ToString();

        Assert.Contains("set WORKERS=1", text, StringComparison.Ordinal);
        Assert.Contains("«face models»", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_shows_every_term_and_the_sums()
    {
        var expected = """
            Memory plan: limit 512.0 MB (cgroup v2), 4 workers
              baseline   the process, idle                  300.0 MB
              resident   face models                         60.0 MB
              operation  one photo                           40.0 MB
              --------------------------------------------------------
              one worker                                    400.0 MB
              needed     4 workers × 400.0 MB              1600.0 MB
              budget     512.0 MB − 32.0 MB safety margin   480.0 MB
            Does not fit: 1.56 GB are needed, 480.0 MB are there, 1.09 GB too much.
              4 workers need 4 times the memory: set WORKERS=1, one process uses every core.
              Or choose an instance with more memory, or raise HEADROOM__LIMIT if it is set.

            """;

        Assert.Equal(expected, Plan(512, 4, Baseline, Model, Photo).ToString());
    }

    private static MemoryPlan Plan(double limit, int workers, params MemoryPlanTerm[] terms) =>
        new(new MemoryLimit(ByteSize.FromMegabytes(limit), "cgroup v2"), ByteSize.FromMegabytes(32), terms, workers);
}
