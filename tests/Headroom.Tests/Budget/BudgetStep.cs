namespace Headroom.Tests.Budget;

/// <summary>What one step of a random run does.</summary>
public enum BudgetAction
{
    Acquire,
    AcquirePart,
    TryAcquire,
    Grow,
    Shrink,
    Dispose,
    DisposeAgain,
    Cancel,
    Advance,
    TogglePause,
    Resize,
    Unexplained,
    AllowCancellation,
    CancelLargest,
}

/// <summary>One step: the action, its pool, its amount and which of several leases or waiters it is about.</summary>
public sealed record BudgetStep(BudgetAction Action, int Pool, int Bytes, int Pick);
