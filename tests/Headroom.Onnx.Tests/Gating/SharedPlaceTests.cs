using FsCheck.Fluent;

namespace Headroom.Onnx.Tests.Gating;

public sealed class SharedPlaceTests
{
    private readonly InferenceGate _gate = new(1);

    [Fact]
    public async Task Runs_share_one_place_until_the_last_of_them_leaves()
    {
        var shared = new SharedPlace(_gate, 2);
        var (first, second) = (await shared.EnterAsync(), await shared.EnterAsync());
        Assert.Equal((1, 1), (_gate.Running, _gate.Entered));

        first.Dispose();
        Assert.Equal(1, _gate.Running);
        second.Dispose();
        Assert.Equal(0, _gate.Running);
    }

    [Fact]
    public async Task A_place_takes_no_more_than_its_runs()
    {
        var shared = new SharedPlace(_gate, 2);
        var (first, second) = (await shared.EnterAsync(), await shared.EnterAsync());
        var third = shared.EnterAsync();
        Assert.False(third.IsCompleted);

        first.Dispose();
        second.Dispose();
        (await third).Dispose();
        Assert.Equal((0, 2), (_gate.Running, _gate.Entered));
    }

    [Fact]
    public async Task Nobody_joins_while_others_wait_at_the_gate()
    {
        var shared = new SharedPlace(_gate, 2);
        var first = await shared.EnterAsync();
        var other = _gate.EnterAsync().AsTask();
        var later = shared.EnterAsync();
        Assert.False(later.IsCompleted);

        first.Dispose();
        var inside = await other;
        Assert.False(later.IsCompleted);
        inside.Dispose();
        (await later).Dispose();
        Assert.Equal(0, _gate.Running);
    }

    [Fact]
    public async Task Those_that_wait_at_the_gate_enter_together()
    {
        var shared = new SharedPlace(_gate, 2);
        var inside = await _gate.EnterAsync();
        var (first, second) = (shared.EnterAsync(), shared.EnterAsync());
        Assert.Equal(1, _gate.Waiting);

        inside.Dispose();
        (await first).Dispose();
        Assert.Equal(1, _gate.Running);
        (await second).Dispose();
        Assert.Equal(0, _gate.Running);
    }

    [Fact]
    public void However_they_come_and_go_no_place_is_overfull_and_all_get_in() =>
        Properties.Hold(Gen.Choose(0, 3).ListOf(), steps => new Sequence().Holds(steps), cases: 200);

    /// <summary>Runs enter, others enter at the gate, and one of those inside leaves, in any order.</summary>
    private sealed class Sequence
    {
        private readonly InferenceGate _gate = new(1);
        private readonly List<Task<IDisposable>> _runs = [];
        private readonly List<Task<IDisposable>> _others = [];
        private readonly SharedPlace _shared;

        public Sequence() => _shared = new SharedPlace(_gate, 3);

        public bool Holds(IEnumerable<int> steps)
        {
            foreach (var step in steps)
            {
                if (step == 0)
                    _others.Add(EnterGateAsync());
                else if (step == 1)
                    LeaveOne();
                else
                    _runs.Add(_shared.EnterAsync());
                if (_runs.Count(r => r.IsCompleted) > 3 || (_others.Any(o => o.IsCompleted) && _runs.Any(r => r.IsCompleted)))
                    return false;
            }
            while (_runs.Count + _others.Count > 0)
                LeaveOne();
            return (_gate.Running, _gate.Waiting) == (0, 0);
        }

        private async Task<IDisposable> EnterGateAsync() => await _gate.EnterAsync();

        private void LeaveOne()
        {
            if (_runs.Count + _others.Count == 0)
                return;
            // Whoever was granted a place gets to know it on another thread.
            var inside = Task.WhenAny([.. _runs, .. _others]).GetAwaiter().GetResult();
            _ = _runs.Remove(inside) || _others.Remove(inside);
            inside.Result.Dispose();
        }
    }
}
