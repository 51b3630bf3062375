namespace Headroom.Tests.Trends;

/// <summary>A service's memory as it might be, one sample a second, the same for the same seed; sizes in MB.</summary>
internal sealed class SyntheticMemory(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<Func<double, double>> _parts = [];

    /// <summary>What changes from one sample to the next for no reason: normally distributed.</summary>
    public SyntheticMemory Noise(double deviation) =>
        Add(_ => deviation * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));

    /// <summary>Grows fast at first and flattens: loading, compiling, filling.</summary>
    public SyntheticMemory WarmUp(double size, double seconds) => Add(t => size * (1 - Math.Exp(-t / seconds)));

    /// <summary>From one second to the next, for good or for a while.</summary>
    public SyntheticMemory Step(double size, double at, double until = double.MaxValue) => Add(t => t >= at && t < until ? size : 0);

    /// <summary>Grows at the same rate from one moment on.</summary>
    public SyntheticMemory Leak(double perSecond, double from = 0) => Add(t => Math.Max(0, t - from) * perSecond);

    /// <summary>A garbage collector that nobody hurries.</summary>
    public SyntheticMemory Sawtooth(double size, double period) => Add(t => size * (t / period % 1));

    /// <summary>
    /// Pieces of work of up to <paramref name="size"/> come at random and go after about two seconds; what they hold
    /// together is bounded by it.
    /// </summary>
    public SyntheticMemory Bursts(double size, double everySeconds)
    {
        var held = new List<(double Size, double Until)>();
        return Add(t =>
        {
            held.RemoveAll(h => h.Until <= t);
            if (_random.NextDouble() < 1 / everySeconds)
                held.Add((size * (0.2 + 0.8 * _random.NextDouble()), t - 2 * Math.Log(1 - _random.NextDouble())));
            return Math.Min(size, held.Sum(h => h.Size));
        });
    }

    /// <summary>So much work that some is always there: what it holds is anything up to <paramref name="size"/> at each sample.</summary>
    public SyntheticMemory Rush(double size, double from = 0, double until = double.MaxValue) =>
        Add(t => t >= from && t < until ? size * _random.NextDouble() : 0);

    /// <summary>The memory at second <paramref name="time"/>, in bytes; ask in the order of time.</summary>
    public long At(double time) => (long)((100 + _parts.Sum(part => part(time))) * (1 << 20));

    private SyntheticMemory Add(Func<double, double> part)
    {
        _parts.Add(part);
        return this;
    }
}
