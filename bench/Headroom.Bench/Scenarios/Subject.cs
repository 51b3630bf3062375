using Headroom.Bench.Load;
using Headroom.Bench.Photos;
using Headroom.Bench.Programs;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>What every scenario works with.</summary>
/// <param name="Bench">What runs the load client.</param>
/// <param name="Targets">The servers to measure, in order.</param>
/// <param name="Limits">The memory limits to measure under, in bytes.</param>
/// <param name="Progress">Where a line is written when something was measured.</param>
internal sealed record Subject(
    Repository Repository, BuiltProgram Bench, TestPhotos Photos, IReadOnlyList<ITarget> Targets, IReadOnlyList<long> Limits, TextWriter Progress)
{
    /// <summary>What share of the clients of a steady load sends something bad or leaves, and how many trickle or stall.</summary>
    private const double BadShare = 0.05;
    private const int Slow = 2;

    public Task<MeasuredServer> StartAsync(ITarget target, long limit, bool preload, CancellationToken cancellationToken) =>
        MeasuredServer.StartAsync(target, Repository, limit, preload, cancellationToken);

    /// <summary>Waits until a server can work, and makes the person known to it.</summary>
    /// <returns>Why that failed; null when it did not.</returns>
    public async Task<string?> PrepareAsync(ITarget target, MeasuredServer server, CancellationToken cancellationToken)
    {
        try
        {
            await server.WaitUntilReadyAsync(cancellationToken);
            await target.EnrolAsync(server.Http, Photos, cancellationToken);
            return null;
        }
        catch (Exception gone) when (gone is ServerGoneException or HttpRequestException)
        {
            await Progress.WriteLineAsync(gone.Message);
            return server.OomKills > 0 ? "killed at start" : "did not start";
        }
    }

    /// <summary>Clock-ins of the person; how many and how long is left to fill in.</summary>
    public MixPlan ClockIns(ITarget target, MeasuredServer server) =>
        new(new Uri(server.Http.BaseAddress!, "/api/clock"), target.Key, Photos.Large, Photos.EmployeeId);

    /// <summary>Clock-ins of so many at once, bad and slow ones among them, for so many seconds.</summary>
    public MixPlan SteadyClockIns(ITarget target, MeasuredServer server, int clients, int seconds) =>
        ClockIns(target, server) with { Clients = clients, Seconds = seconds, BadShare = BadShare, Slow = Slow };
}
