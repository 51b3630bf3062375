using Headroom.AspNetCore.Metrics;
using Headroom.Budget;
using Headroom.Governing;
using Headroom.Limits;
using Headroom.Measuring;
using Headroom.Pressure;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Headroom.AspNetCore.Tests.Metrics;

public sealed class MemoryLogTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _lines = new();
    private readonly MemoryBudget _budget = new(ByteSize.FromMegabytes(50));
    private readonly MemoryLog _log;

    public MemoryLogTests()
    {
        var limit = new MemoryLimit(ByteSize.FromMegabytes(100), "test");
        _log = new MemoryLog(new MemoryGovernor(new MemoryMeter(limit), _budget, () => limit, () => ByteSize.Zero, _time), _budget, _time, _lines);
    }

    [Fact]
    public void A_line_is_written_every_thirty_seconds_however_often_memory_is_sampled()
    {
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _log.Observe(Megabytes(10), PressureLevel.None);
        }

        Assert.Equal(3, _lines.Of(LogLevel.Information).Count());
        Assert.Empty(_lines.Of(LogLevel.Warning));
    }

    [Fact]
    public void The_line_names_every_figure()
    {
        Assert.True(_budget.AddPool(new BudgetPoolOptions("work", ByteSize.FromMegabytes(8))).TryAcquire(ByteSize.FromMegabytes(8).Bytes, out var lease));
        using var held = lease;
        var waiting = _budget.GetPool("work").AcquireAsync(1);
        Assert.False(waiting.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(30));
        _log.Observe(Megabytes(75) with { File = ByteSize.FromMegabytes(3).Bytes, GcHeap = ByteSize.FromMegabytes(2).Bytes }, PressureLevel.Moderate);

        var line = Assert.Single(_lines.Of(LogLevel.Information));
        Assert.Equal(
            [
                ("Limit", ByteSize.FromMegabytes(100)),
                ("Unreclaimable", ByteSize.FromMegabytes(75)),
                ("WorkingSet", ByteSize.FromMegabytes(78)),
                ("Leased", ByteSize.FromMegabytes(8)),
                ("Waiting", 1),
                ("Pressure", PressureLevel.Moderate),
                ("Unexplained", ByteSize.Zero),
                ("GcHeap", ByteSize.FromMegabytes(2)),
            ],
            new[] { "Limit", "Unreclaimable", "WorkingSet", "Leased", "Waiting", "Pressure", "Unexplained", "GcHeap" }.Select(
                name => (name, line.Fields[name]!)));
    }

    [Fact]
    public void Coming_close_to_the_limit_is_warned_of_once_until_memory_has_fallen()
    {
        foreach (var megabytes in (double[])[88, 89, 95, 87, 89, 84, 89])
            _log.Observe(Megabytes(megabytes), PressureLevel.High);
        Assert.Single(_lines.Of(LogLevel.Warning));

        foreach (var megabytes in (double[])[82, 88, 88.5])
            _log.Observe(Megabytes(megabytes), PressureLevel.High);
        Assert.Equal(2, _lines.Of(LogLevel.Warning).Count());
        Assert.Contains("89 %", _lines.Of(LogLevel.Warning).First().Text);
    }

    private static MemorySnapshot Megabytes(double unreclaimable) => new() { Anonymous = ByteSize.FromMegabytes(unreclaimable).Bytes };

    private sealed record Line(LogLevel Level, string Text, IReadOnlyDictionary<string, object?> Fields);

    private sealed class Lines : ILogger<MemoryLog>
    {
        private readonly List<Line> _lines = [];

        public IEnumerable<Line> Of(LogLevel level) => _lines.Where(l => l.Level == level);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Add(new Line(
                logLevel,
                formatter(state, exception),
                ((IEnumerable<KeyValuePair<string, object?>>)state!).DistinctBy(f => f.Key).ToDictionary(StringComparer.OrdinalIgnoreCase)));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
