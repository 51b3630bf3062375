using Microsoft.Extensions.Time.Testing;

namespace Headroom.Onnx.Tests.Gating;

public sealed class IdleWatchTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();
    private int _calls;

    [Fact]
    public async Task It_calls_once_when_the_gate_has_been_idle_for_the_period()
    {
        var gate = new InferenceGate(1, _time);
        using var watch = Watch(gate);
        (await gate.EnterAsync()).Dispose();
        _time.Advance(Period * 0.9);
        Assert.Equal(0, _calls);
        _time.Advance(Period * 0.6);
        Assert.Equal(1, _calls);
        _time.Advance(Period * 20);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task Under_pressure_a_shorter_idle_time_is_enough()
    {
        var gate = new InferenceGate(1, _time);
        var scale = 0.0;
        using var watch = new IdleWatch(gate, Period, () => _calls++, _time, () => scale);
        (await gate.EnterAsync()).Dispose();
        _time.Advance(Period * 0.6);
        Assert.Equal(1, _calls);
        scale = 1;
        (await gate.EnterAsync()).Dispose();
        _time.Advance(Period * 0.6);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task It_calls_again_after_the_gate_was_used_again()
    {
        var gate = new InferenceGate(1, _time);
        using var watch = Watch(gate);
        for (var expected = 1; expected <= 3; expected++)
        {
            (await gate.EnterAsync()).Dispose();
            _time.Advance(Period * 2);
            Assert.Equal(expected, _calls);
        }
    }

    [Fact]
    public async Task It_does_not_call_while_somebody_is_inside()
    {
        var gate = new InferenceGate(1, _time);
        using var watch = Watch(gate);
        var entry = await gate.EnterAsync();
        _time.Advance(Period * 10);
        Assert.Equal(0, _calls);
        Assert.Null(gate.IdleFor);
        entry.Dispose();
        Assert.Equal(TimeSpan.Zero, gate.IdleFor);
        _time.Advance(Period * 2);
        Assert.Equal(1, _calls);
    }

    [Fact]
    public void It_does_not_call_for_a_gate_that_was_never_used()
    {
        using var watch = Watch(new InferenceGate(1, _time));
        _time.Advance(Period * 10);
        Assert.Equal(0, _calls);
    }

    [Fact]
    public async Task It_does_not_call_after_it_was_disposed()
    {
        var gate = new InferenceGate(1, _time);
        var watch = Watch(gate);
        (await gate.EnterAsync()).Dispose();
        watch.Dispose();
        _time.Advance(Period * 10);
        Assert.Equal(0, _calls);
    }

    private IdleWatch Watch(InferenceGate gate) => new(gate, Period, () => _calls++, _time);
}
