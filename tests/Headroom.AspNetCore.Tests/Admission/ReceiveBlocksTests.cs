using Headroom.AspNetCore.Admission;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class ReceiveBlocksTests : IDisposable
{
    private readonly ReceiveBlocks _blocks = new();

    public void Dispose() => _blocks.Dispose();

    [Fact]
    public void A_block_is_used_again()
    {
        var first = _blocks.Rent();
        var memory = first.Memory;
        first.Dispose();

        using var second = _blocks.Rent(1000);

        Assert.Equal(WaitingSockets.ReadAhead, memory.Length);
        Assert.Equal(memory, second.Memory);
    }

    [Fact]
    public void What_is_returned_twice_is_not_given_to_two()
    {
        var block = _blocks.Rent();
        block.Dispose();
        block.Dispose();

        using var one = _blocks.Rent();
        using var other = _blocks.Rent();

        Assert.NotSame(one, other);
    }

    [Fact]
    public void After_a_crowd_most_are_left_to_the_collector()
    {
        var crowd = Enumerable.Range(0, 10 * ReceiveBlocks.MaxFree).Select(_ => _blocks.Rent()).ToHashSet();
        foreach (var block in crowd)
            block.Dispose();

        var again = Enumerable.Range(0, 10 * ReceiveBlocks.MaxFree).Select(_ => _blocks.Rent()).ToList();

        Assert.Equal(ReceiveBlocks.MaxFree, again.Count(crowd.Contains));
    }

    [Fact]
    public void Nobody_gets_less_than_asked_for() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _blocks.Rent(WaitingSockets.ReadAhead + 1));

    [Fact]
    public async Task Threads_never_share_a_block()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                using var block = _blocks.Rent();
                block.Memory.Span[0] = (byte)number;
                Thread.SpinWait(10);
                Assert.Equal(number, block.Memory.Span[0]);
            }
        })));
    }

    [Fact]
    public void A_listener_that_ends_leaves_them_to_the_others()
    {
        _blocks.Create().Dispose();

        using var block = _blocks.Create().Rent();
        Assert.Equal(WaitingSockets.ReadAhead, block.Memory.Length);
    }
}
