using FsCheck;
using FsCheck.Fluent;

namespace Headroom.Tests.Budget;

public sealed class BudgetMachineTests
{
    [Fact]
    public void Whatever_happens_in_whatever_order_the_ledger_holds_and_nobody_is_forgotten() =>
        Properties.Hold(Steps(maxBytes: 320).ListOf(120).ToArbitrary(), Run, cases: 150);

    [Fact]
    public void Large_requests_among_small_ones_change_nothing_about_it() =>
        Properties.Hold(Gen.Frequency((5, Steps(maxBytes: 40)), (1, Steps(maxBytes: 1100))).ListOf(120).ToArbitrary(), Run, cases: 150);

    private static bool Run(IEnumerable<BudgetStep> steps)
    {
        new BudgetMachine().Run(steps);
        return true;
    }

    private static Gen<BudgetStep> Steps(int maxBytes) =>
        from action in Gen.Frequency(
            (8, Gen.Constant(BudgetAction.Acquire)),
            (4, Gen.Constant(BudgetAction.TryAcquire)),
            (2, Gen.Constant(BudgetAction.Grow)),
            (2, Gen.Constant(BudgetAction.Shrink)),
            (6, Gen.Constant(BudgetAction.Dispose)),
            (1, Gen.Constant(BudgetAction.DisposeAgain)),
            (1, Gen.Constant(BudgetAction.Cancel)),
            (1, Gen.Constant(BudgetAction.Advance)),
            (1, Gen.Constant(BudgetAction.TogglePause)))
        from pool in Gen.Choose(0, 2)
        from bytes in Gen.Choose(1, maxBytes)
        from pick in Gen.Choose(0, 1000)
        select new BudgetStep(action, pool, bytes, pick);
}
