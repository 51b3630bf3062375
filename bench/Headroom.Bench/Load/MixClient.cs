using System.Net;

namespace Headroom.Bench.Load;

/// <summary>Plays a <see cref="MixPlan"/>: good clients in a closed or an open loop, with bad and slow ones among them.</summary>
internal sealed class MixClient
{
    /// <summary>A client that is told to come back later does, but not after the scenario.</summary>
    private const int LongestRetry = 10;

    private readonly MixPlan _plan;
    private readonly VisitScripts _scripts;
    private readonly Visitor _visitor;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly MixRecord _record;

    public MixClient(MixPlan plan)
    {
        _plan = plan;
        _scripts = new VisitScripts(plan, plan.Photo is null ? default : File.ReadAllBytes(plan.Photo));
        _visitor = new Visitor(
            new IPEndPoint(IPAddress.Parse(plan.Address.Host), plan.Address.Port), plan.Employee, TimeSpan.FromSeconds(plan.TimeoutSeconds));
        _record = new MixRecord(_started);
    }

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    private TimeSpan End => TimeSpan.FromSeconds(_plan.Seconds);

    public async Task<MixReport> RunAsync(CancellationToken cancellationToken)
    {
        var closed = Enumerable.Range(0, _plan.Clients).Select(i => LoopAsync(new Random(_plan.Seed + i), cancellationToken));
        var slow = Enumerable.Range(0, _plan.Slow).Select(i => SlowAsync(i % 2 == 0 ? VisitKind.Stall : VisitKind.Trickle, cancellationToken));
        await Task.WhenAll([.. closed, .. slow, OpenAsync(cancellationToken)]);
        return _record.Report(_plan.Seconds);
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_plan.ArrivalsPerSecond <= 0)
            return;
        var visits = new List<Task>();
        foreach (var (at, kind) in new ArrivalSchedule(_plan.ArrivalsPerSecond, _plan.BadShare, _plan.Seed).Until(End))
        {
            var wait = at - Elapsed;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, cancellationToken);
            if (_record.Open < _plan.MaxOpen)
                visits.Add(VisitAsync(kind, Elapsed - at, cancellationToken));
            else
                _record.Dropped();
        }
        await Task.WhenAll(visits);
    }

    private async Task LoopAsync(Random random, CancellationToken cancellationToken)
    {
        while (Elapsed < End)
        {
            var retryAfter = await VisitAsync(ArrivalSchedule.Draw(random, _plan.BadShare), TimeSpan.Zero, cancellationToken);
            var wait = TimeSpan.FromSeconds(Math.Min(retryAfter ?? 0, LongestRetry));
            if (wait > TimeSpan.Zero && Elapsed + wait < End)
                await Task.Delay(wait, cancellationToken);
        }
    }

    private async Task SlowAsync(VisitKind kind, CancellationToken cancellationToken)
    {
        while (Elapsed < End)
        {
            await VisitAsync(kind, TimeSpan.Zero, cancellationToken);
            // One that is turned away at once must not become a fast one.
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private async Task<int?> VisitAsync(VisitKind kind, TimeSpan late, CancellationToken cancellationToken)
    {
        _record.Arrived(late);
        try
        {
            return await _visitor.VisitAsync(_scripts[kind], answer => _record.Ended(kind, answer, Stopwatch.GetTimestamp()), cancellationToken);
        }
        finally
        {
            _record.Gone();
        }
    }
}
