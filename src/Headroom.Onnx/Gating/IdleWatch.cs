namespace Headroom.Onnx;

/// <summary>
/// Calls back once each time a gate has been idle for a while: the moment to shrink the arena. It looks every half
/// period, so the call comes between one and one and a half periods after the last entry left.
/// </summary>
public sealed class IdleWatch : IDisposable
{
    private readonly InferenceGate _gate;
    private readonly TimeSpan _period;
    private readonly Action _whenIdle;
    private readonly Func<double> _scale;
    private readonly ITimer _timer;
    private long _answered;

    /// <summary>Starts to watch.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="period">How long it must have been idle; more than zero.</param>
    /// <param name="whenIdle">Called on a pool thread; must not throw. Entries may come while it runs.</param>
    /// <param name="timeProvider">The clock; the same as the gate's.</param>
    /// <param name="scale">What share of the period is enough now, 1 to 0: less under memory pressure. It looks no more often for that.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is not above zero.</exception>
    public IdleWatch(InferenceGate gate, TimeSpan period, Action whenIdle, TimeProvider? timeProvider = null, Func<double>? scale = null)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(whenIdle);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        _gate = gate;
        _period = period;
        _whenIdle = whenIdle;
        _scale = scale ?? (static () => 1);
        _timer = (timeProvider ?? TimeProvider.System).CreateTimer(static watch => ((IdleWatch)watch!).Look(), this, period / 2, period / 2);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // Until somebody has entered since the last call there is nothing more to give back.
        var entered = _gate.Entered;
        if (_gate.IdleFor is { } idle && idle >= _period * _scale() && Interlocked.Exchange(ref _answered, entered) != entered)
            _whenIdle();
    }
}
