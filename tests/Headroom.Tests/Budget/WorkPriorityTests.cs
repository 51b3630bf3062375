using Headroom.Budget;

namespace Headroom.Tests.Budget;

public sealed class WorkPriorityTests : BudgetFixture
{
    [Fact]
    public async Task The_higher_priority_is_granted_first_and_equals_in_order_of_arrival()
    {
        var budget = Budget(100);
        var (low, normal, high) = (
            Pool(budget, "low", WorkPriority.Low), Pool(budget, "normal", WorkPriority.Normal), Pool(budget, "high", WorkPriority.High));
        var lease = Take(normal, 100);
        var waiting = new[] { low, normal, high, low, high, normal }.Select(pool => Queue(pool, 100)).ToList();

        foreach (var next in new[] { 2, 4, 1, 5, 0, 3 })
        {
            lease.Dispose();
            lease = await waiting[next];
        }
        lease.Dispose();
    }

    [Fact]
    public async Task The_first_in_line_of_a_lower_priority_lets_a_bounded_number_go_before_it()
    {
        var budget = Budget(100);
        var (low, high) = (Pool(budget, "low", WorkPriority.Low), Pool(budget, "high", WorkPriority.High));
        var lease = Take(high, 100);
        var patient = new[] { Queue(low, 100), Queue(low, 100) };
        var important = new Queue<Task<MemoryLease>>();

        foreach (var next in patient)
        {
            for (var i = 0; i < LeaseQueue.MaxPasses; i++)
            {
                important.Enqueue(Queue(high, 100));
                lease.Dispose();
                lease = await important.Dequeue();
            }
            important.Enqueue(Queue(high, 100));
            lease.Dispose();
            lease = await next;
        }
        lease.Dispose();
        await Task.WhenAll(important.Take(1));
    }

    [Fact]
    public async Task A_large_request_of_a_lower_priority_is_kept_room_for_in_the_end()
    {
        var budget = Budget(100);
        var (low, high) = (Pool(budget, "low", WorkPriority.Low), Pool(budget, "high", WorkPriority.High));
        var most = Take(high, 60);
        var large = Queue(low, 80);
        for (var i = 0; i < LeaseQueue.MaxPasses; i++)
            (await high.AcquireAsync(10)).Dispose();
        var held = Queue(high, 10);

        most.Dispose();

        using var served = await large;
        using var afterwards = await held;
    }

    [Fact]
    public async Task What_comes_out_of_a_guarantee_passes_nobody()
    {
        var budget = Budget(100);
        var low = Pool(budget, "low", WorkPriority.Low);
        var high = budget.AddPool(new BudgetPoolOptions("high", new ByteSize(100)) { Guaranteed = new ByteSize(20), Priority = WorkPriority.High });
        using var most = Take(low, 80);
        var waiting = Queue(low, 1);
        var own = Take(high, 20);

        for (var i = 0; i < 3 * LeaseQueue.MaxPasses; i++)
        {
            var next = Queue(high, 20);
            own.Dispose();
            own = await next;
        }

        Assert.Equal((0, false), (low.Line.First!.Passed, waiting.IsCompleted));
    }

    private static BudgetPool Pool(MemoryBudget budget, string name, WorkPriority priority) =>
        budget.AddPool(new BudgetPoolOptions(name, new ByteSize(100)) { Priority = priority });
}
