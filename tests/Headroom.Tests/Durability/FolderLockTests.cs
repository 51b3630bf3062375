using System.Diagnostics;
using Headroom.Durability;

namespace Headroom.Tests.Durability;

public sealed class FolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_that_another_process_holds_is_refused_and_named()
    {
        using var other = HoldingProcess.Start(_folder.Path);
        Assert.Equal("holds=1", await other.HearAsync());

        var refused = Assert.Throws<FolderLockException>(() => FolderLock.Take(_folder.Path));

        Assert.Contains($"'{_folder.Path}'", refused.Message, StringComparison.Ordinal);
        Assert.Equal("wrote=1", await other.WriteAsync());
    }

    [Fact]
    public async Task A_process_that_is_refused_by_this_one_says_so()
    {
        using var held = FolderLock.Take(_folder.Path);
        using var other = HoldingProcess.Start(_folder.Path);

        Assert.StartsWith("refused=Another process works in the folder", await other.HearAsync(), StringComparison.Ordinal);
        Assert.True(held.IsCurrent);
    }

    [Fact]
    public async Task A_killed_holder_leaves_the_folder_to_the_next_generation()
    {
        using var other = HoldingProcess.Start(_folder.Path);
        Assert.Equal("holds=1", await other.HearAsync());
        await other.KillAsync();

        using var held = FolderLock.Take(_folder.Path);

        Assert.Equal(2, held.Generation);
        Assert.Equal(2, FolderLock.FindGeneration(_folder.Path));
        Assert.True(held.IsCurrent);
    }

    [Fact]
    public async Task A_holder_that_was_succeeded_writes_no_more_and_the_successor_has_the_folder_once_it_let_go()
    {
        using var other = HoldingProcess.Start(_folder.Path);
        Assert.Equal("holds=1", await other.HearAsync());
        Assert.Equal("wrote=1", await other.WriteAsync());

        var succeeding = FolderLock.SucceedAsync(_folder.Path, predecessor: 1);
        Assert.Equal(2, FolderLock.FindGeneration(_folder.Path));
        Assert.False(succeeding.IsCompleted, "The holder may be in the middle of a write.");
        Assert.Equal("superseded=2", await other.WriteAsync());

        using var held = await succeeding;
        Assert.Equal(2, held.Generation);
        Assert.True(held.IsCurrent);
        Assert.Equal(["1"], await File.ReadAllLinesAsync(_folder["written"]));
    }

    [Fact]
    public async Task Only_one_can_succeed_a_holder()
    {
        using var held = FolderLock.Take(_folder.Path);
        var first = FolderLock.SucceedAsync(_folder.Path, predecessor: 1);

        var second = await Assert.ThrowsAsync<FolderLockException>(() => FolderLock.SucceedAsync(_folder.Path, predecessor: 1));

        Assert.Contains("2 is there", second.Message, StringComparison.Ordinal);
        Assert.False(held.IsCurrent);
        held.Dispose();
        using var successor = await first;
        Assert.True(successor.IsCurrent);
    }

    [Fact]
    public async Task A_successor_that_gives_up_has_told_the_holder_to_stop_and_the_next_start_goes_on()
    {
        using var held = FolderLock.Take(_folder.Path);
        using var patience = new CancellationTokenSource();
        var succeeding = FolderLock.SucceedAsync(_folder.Path, predecessor: 1, cancellationToken: patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => succeeding);

        Assert.False(held.IsCurrent);
        held.Dispose();
        using var next = FolderLock.Take(_folder.Path);
        Assert.Equal(3, next.Generation);
    }

    [Fact]
    public void A_holder_whose_file_was_removed_notices_who_came_after_it()
    {
        using var held = FolderLock.Take(_folder.Path);
        File.Delete(_folder[FolderLock.FileName]);
        Assert.False(held.WasReplaced);

        using var other = FolderLock.Take(_folder.Path);

        Assert.Equal(held.Generation, other.Generation);
        Assert.True(held.WasReplaced);
        Assert.False(other.WasReplaced);
    }

    [Theory]
    [InlineData("")]
    [InlineData("generation x\nholder y\n")]
    public void A_file_that_names_nobody_claims_nothing(string content)
    {
        File.WriteAllText(_folder[FolderLock.FileName], content);

        using var held = FolderLock.Take(_folder.Path);

        Assert.Equal(1, held.Generation);
        Assert.True(held.IsCurrent);
    }

    [Fact]
    public async Task A_child_process_does_not_hold_the_folder_on()
    {
        var held = FolderLock.Take(_folder.Path);
        using var child = Process.Start(new ProcessStartInfo("sleep", ["100"]) { UseShellExecute = false })!;
        held.Dispose();

        using var next = FolderLock.Take(_folder.Path);

        Assert.Equal(2, next.Generation);
        child.Kill();
        await child.WaitForExitAsync();
    }

    [Fact]
    public void Of_threads_that_race_one_has_the_folder()
    {
        var taken = new System.Collections.Concurrent.ConcurrentBag<FolderLock>();
        Parallel.For(0, 16, _ =>
        {
            try
            {
                taken.Add(FolderLock.Take(_folder.Path));
            }
            catch (FolderLockException)
            {
                // Fifteen of them.
            }
        });

        using var held = Assert.Single(taken);
        Assert.True(held.IsCurrent);
    }
}
