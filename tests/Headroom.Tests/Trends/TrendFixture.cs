using Headroom.Trends;

namespace Headroom.Tests.Trends;

/// <summary>A trend that is fed one sample a second.</summary>
internal sealed class TrendFixture
{
    private readonly FakeClock _clock = new();
    private readonly MemoryTrend _trend;

    public TrendFixture() => _trend = new MemoryTrend(_clock);

    public int Seconds { get; private set; }

    public TrendStatus Status => _trend.Read(ByteSize.FromMegabytes(512));

    /// <summary>Feeds it until second <paramref name="end"/>, or until <paramref name="until"/> holds.</summary>
    public TrendFixture Run(SyntheticMemory memory, int end, Func<TrendStatus, bool>? until = null) => Run(s => (memory.At(s), 0), end, until);

    public TrendFixture Run(Func<int, (long Unreclaimable, long Collectable)> sample, int end, Func<TrendStatus, bool>? until = null)
    {
        for (; Seconds < end && until?.Invoke(Status) != true; Seconds++)
        {
            var (unreclaimable, collectable) = sample(Seconds);
            _trend.Add(unreclaimable, collectable);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        return this;
    }

    /// <summary>Time in which nobody samples.</summary>
    public void Sleep(TimeSpan time) => _clock.Advance(time);
}
