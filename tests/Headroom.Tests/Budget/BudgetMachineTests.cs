using FsCheck;
using FsCheck.Fluent;

namespace Headroom.Tests.Budget;

public sealed class BudgetMachineTests
{
    [Fact]
    public void Whatever_happens_in_whatever_order_the_ledger_holds_and_nobody_is_forgotten() =>
        Properties.Hold(Steps(maxBytes: 320, Usual).ListOf(120).ToArbitrary(), Run, cases: 150);

    [Fact]
    public void Large_requests_among_small_ones_change_nothing_about_it() =>
        Properties.Hold(Gen.Frequency((5, Steps(maxBytes: 40, Usual)), (1, Steps(maxBytes: 1100, Usual))).ListOf(120).ToArbitrary(), Run, cases: 150);

    [Fact]
    public void Nor_does_a_capacity_that_changes_or_memory_that_nobody_explains() =>
        Properties.Hold(Gen.Frequency((8, Steps(maxBytes: 320, Usual)), (2, Steps(maxBytes: 320, Unusual))).ListOf(150).ToArbitrary(), Run, cases: 400);

    [Fact]
    public void Nor_does_it_matter_how_many_small_ones_wait_when_it_changes() =>
        Properties.Hold(
            Gen.Frequency((12, Steps(maxBytes: 30, Usual)), (1, Steps(maxBytes: 1100, Usual)), (1, Steps(maxBytes: 30, Unusual))).ListOf(200).ToArbitrary(),
            Run,
            cases: 200);

    private static bool Run(IEnumerable<BudgetStep> steps)
    {
        new BudgetMachine().Run(steps);
        return true;
    }

    private static Gen<BudgetAction> Usual => Gen.Frequency(
        (8, Gen.Constant(BudgetAction.Acquire)),
        (2, Gen.Constant(BudgetAction.AcquirePart)),
        (4, Gen.Constant(BudgetAction.TryAcquire)),
        (2, Gen.Constant(BudgetAction.Grow)),
        (2, Gen.Constant(BudgetAction.Shrink)),
        (6, Gen.Constant(BudgetAction.Dispose)),
        (1, Gen.Constant(BudgetAction.DisposeAgain)),
        (1, Gen.Constant(BudgetAction.Cancel)),
        (1, Gen.Constant(BudgetAction.Advance)),
        (1, Gen.Constant(BudgetAction.TogglePause)),
        (2, Gen.Constant(BudgetAction.AllowCancellation)),
        (1, Gen.Constant(BudgetAction.CancelLargest)));

    private static Gen<BudgetAction> Unusual => Gen.Elements(BudgetAction.Resize, BudgetAction.Unexplained);

    private static Gen<BudgetStep> Steps(int maxBytes, Gen<BudgetAction> actions) =>
        from action in actions
        from pool in Gen.Choose(0, 2)
        from bytes in Gen.Choose(1, maxBytes)
        from pick in Gen.Choose(0, 1300)
        select new BudgetStep(action, pool, bytes, pick);
}
