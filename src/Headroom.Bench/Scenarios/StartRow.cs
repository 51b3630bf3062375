namespace Headroom.Bench.Scenarios;

/// <summary>Cold starts of one server under one limit.</summary>
/// <param name="HealthyMilliseconds">From the process's start to the first 200 of /health, of each start.</param>
/// <param name="ReadyMilliseconds">From the process's start until the models are loaded and it says it is ready, of each start.</param>
/// <param name="OomKills">Over all starts.</param>
public sealed record StartRow(string Target, long Limit, IReadOnlyList<double> HealthyMilliseconds, IReadOnlyList<double> ReadyMilliseconds, long OomKills);
