using System.Buffers;
using Headroom.AspNetCore.Admission;

namespace Headroom.AspNetCore.Tests.Admission;

public sealed class ReceiveBlocksTests : IDisposable
{
    private readonly ReceiveBlocks _blocks = new();

    public void Dispose() => _blocks.Dispose();

    [Fact]
    public void A_large_block_is_used_again() => IsUsedAgain(ReceiveBlocks.LargeBytes);

    [Fact]
    public void A_small_block_is_used_again()
    {
        RentLarge();

        IsUsedAgain(WaitingSockets.ReadAhead);
    }

    [Fact]
    public void Of_a_crowd_the_first_get_large_blocks_and_the_others_small_ones()
    {
        var lengths = Rent(10 * ReceiveBlocks.MaxLarge).Select(block => block.Memory.Length).ToList();

        Assert.All(lengths[..ReceiveBlocks.MaxLarge], length => Assert.Equal(ReceiveBlocks.LargeBytes, length));
        Assert.All(lengths[ReceiveBlocks.MaxLarge..], length => Assert.Equal(WaitingSockets.ReadAhead, length));
    }

    [Fact]
    public void Who_comes_after_a_crowd_gets_a_large_one_again()
    {
        foreach (var block in Rent(10 * ReceiveBlocks.MaxLarge))
            block.Dispose();

        using var next = _blocks.Rent();

        Assert.Equal(ReceiveBlocks.LargeBytes, next.Memory.Length);
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
    public void After_a_crowd_most_small_ones_are_left_to_the_collector()
    {
        RentLarge();
        var crowd = Rent(10 * ReceiveBlocks.MaxFree).ToHashSet();
        foreach (var block in crowd)
            block.Dispose();

        Assert.Equal(ReceiveBlocks.MaxFree, Rent(10 * ReceiveBlocks.MaxFree).Count(crowd.Contains));
    }

    [Fact]
    public void Nobody_gets_less_than_asked_for() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _blocks.Rent(WaitingSockets.ReadAhead + 1));

    [Theory]
    [InlineData(8)]
    [InlineData(2 * ReceiveBlocks.MaxLarge)]
    public async Task Threads_never_share_a_block(int heldByEach)
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                var held = Rent(heldByEach);
                held.ForEach(block => block.Memory.Span[0] = (byte)number);
                Thread.SpinWait(10);
                Assert.All(held, block => Assert.Equal(number, block.Memory.Span[0]));
                held.ForEach(block => block.Dispose());
            }
        })));
        var lengths = Rent(20 * ReceiveBlocks.MaxLarge).Select(block => block.Memory.Length);
        Assert.Equal(ReceiveBlocks.MaxLarge, lengths.Count(length => length == ReceiveBlocks.LargeBytes));
    }

    [Fact]
    public void A_listener_that_ends_leaves_them_to_the_others()
    {
        var first = _blocks.Create();
        first.Dispose();

        using var block = _blocks.Create().Rent();
        Assert.Equal(ReceiveBlocks.LargeBytes, block.Memory.Length);
    }

    private List<IMemoryOwner<byte>> Rent(int count) => [.. Enumerable.Range(0, count).Select(_ => _blocks.Rent())];

    private void RentLarge() => Rent(ReceiveBlocks.MaxLarge);

    private void IsUsedAgain(int length)
    {
        var first = _blocks.Rent();
        var memory = first.Memory;
        first.Dispose();

        // The large ones that are there stand in a line.
        var again = Rent(ReceiveBlocks.MaxLarge).Find(block => block.Memory.Equals(memory));

        Assert.Equal(length, memory.Length);
        Assert.NotNull(again);
    }
}
