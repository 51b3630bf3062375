using Headroom.Budget;
using Headroom.Residents;

namespace Headroom.Tests.Residents;

/// <summary>What the slot's tests share: a slot of 60 bytes in a pool of 100, on a clock of its own.</summary>
public abstract class ModelSlotFixture : IAsyncDisposable
{
    private protected ModelSlotFixture()
    {
        Pool = new MemoryBudget(new ByteSize(100), Clock).AddPool(new BudgetPoolOptions("models", new ByteSize(100)));
        Slot = MakeSlot();
    }

    private protected FakeClock Clock { get; } = new();

    private protected FakeLoader Loader { get; } = new();

    private protected BudgetPool Pool { get; }

    private protected ModelSlot<FakeModel> Slot { get; }

    private protected long Leased => Pool.GetStatus().Leased.Bytes;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Slot.DisposeAsync();
    }

    private protected ModelSlot<FakeModel> MakeSlot(long resident = 60, TimeSpan? idle = null) =>
        new(new ModelSlotOptions("detector", "faces", new ByteSize(resident)) { IdleUnload = idle }, Pool, Loader.LoadAsync, _ => new ByteSize(7), Clock);
}
