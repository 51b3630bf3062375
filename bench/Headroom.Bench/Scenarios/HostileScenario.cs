using System.Net.Http.Headers;
using System.Net.Http.Json;
using Headroom.Bench.Cgroups;
using Headroom.Bench.Hostile;
using Headroom.Bench.Photos;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;
using Headroom.Bench.Timing;
using Headroom.Bench.Watching;

namespace Headroom.Bench.Scenarios;

/// <summary>Small inputs that cost much, ten at once: how they are answered, and <c>/health</c> and an honest clock-in behind them.</summary>
/// <param name="rounds">How often each input is sent ten times at once.</param>
internal sealed class HostileScenario(Subject subject, HeadroomTarget target, int rounds)
{
    private const int AtOnce = 10;
    private const int Alone = 15;

    /// <summary>Long enough that the hostile requests are all with the server.</summary>
    private static readonly TimeSpan Behind = TimeSpan.FromMilliseconds(100);

    public async Task<Section> RunAsync(CancellationToken cancellationToken)
    {
        var rows = new List<HostileRow>();
        foreach (var limit in subject.Limits)
        {
            // All services have room from 384 MiB on; below, faces alone.
            var all = limit >= 384L << 20;
            var told = target.With(("HEADROOM__SERVICES", all ? "faces,search,uploads" : "faces"));
            foreach (var input in HostileInputs.All(all))
            {
                rows.Add(await MeasureAsync(told, limit, input, all, cancellationToken));
                await subject.Progress.WriteLineAsync(HostileTable.Line(rows[^1]));
            }
        }
        return HostileTable.Section(rows, rounds);
    }

    /// <summary>One input, against a server of its own.</summary>
    public async Task<HostileRow> MeasureAsync(HeadroomTarget told, long limit, HostileInput input, bool withSearch, CancellationToken cancellationToken)
    {
        await using var server = await subject.StartAsync(told, limit, preload: true, cancellationToken);
        if (await subject.PrepareAsync(told, server, cancellationToken) is { } problem)
            return new HostileRow(
                input.Name, limit, problem, 0, new Dictionary<string, int>(), 0, 0, ProbeReport.From([], []), MemoryPeaks.None, server.OomKills);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", told.Key);
        if (withSearch)
            await PlantAsync(server.Http, cancellationToken);
        var photo = await File.ReadAllBytesAsync(subject.Photos.Large, cancellationToken);
        var alone = new List<double>();
        for (var i = 0; i < Alone; i++)
            alone.Add(await ClockAsync(server.Http, photo, cancellationToken));

        var (answers, behind) = (new List<(string Status, double Milliseconds)>(), new List<double>());
        using var probes = new HealthProbes(server.Http.BaseAddress!);
        for (var i = 0; i < rounds; i++)
        {
            var hostile = Enumerable.Range(0, AtOnce).Select(_ => PostAsync(server.Http, input, cancellationToken)).ToArray();
            await Task.Delay(Behind, cancellationToken);
            behind.Add(await ClockAsync(server.Http, photo, cancellationToken));
            answers.AddRange(await Task.WhenAll(hostile));
        }
        return new HostileRow(
            input.Name, limit, StartProblem: null, answers.Max(a => a.Milliseconds), answers.CountBy(a => a.Status).ToDictionary(),
            Percentile.Of([.. alone.Order()], 50), Percentile.Of([.. behind.Order()], 50), probes.Stop(), server.Peaks, server.OomKills)
        { Unanswered = behind.Count(double.IsNaN) };
    }

    private static async Task PlantAsync(HttpClient http, CancellationToken cancellationToken)
    {
        foreach (var text in HostileInputs.PlantedTexts)
        {
            using var stored = await http.PostAsJsonAsync("/api/documents", new { text }, BenchJson.Plain, cancellationToken);
            stored.EnsureSuccessStatusCode();
        }
    }

    /// <returns>Milliseconds; not a number when it was not answered with 200.</returns>
    private static async Task<double> ClockAsync(HttpClient http, byte[] photo, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var body = PhotoBody.Create(BodyKind.Multipart, photo, "image");
        using var answer = await http.PostAsync(new Uri("/api/clock", UriKind.Relative), body, cancellationToken);
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(started).TotalMilliseconds : double.NaN;
    }

    private static async Task<(string Status, double Milliseconds)> PostAsync(HttpClient http, HostileInput input, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var body = new ByteArrayContent(input.Body) { Headers = { ContentType = new MediaTypeHeaderValue(input.ContentType) } };
            using var answer = await http.PostAsync(new Uri(input.Path, UriKind.Relative), body, cancellationToken);
            await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            return ($"{(int)answer.StatusCode}", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (HttpRequestException)
        {
            return ("none", Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
    }
}

/// <summary>One input against one server. Times are in milliseconds.</summary>
/// <param name="StartProblem">Why it could not be measured; null when it was.</param>
/// <param name="Slowest">The longest that one of them waited for its answer.</param>
/// <param name="Outcomes">How many were answered how.</param>
/// <param name="Alone">The median of clock-ins of the usual photo while nothing else happens.</param>
/// <param name="Behind">The median of those that came while ten of the input were there.</param>
internal sealed record HostileRow(
    string Input, long Limit, string? StartProblem, double Slowest, IReadOnlyDictionary<string, int> Outcomes, double Alone, double Behind, ProbeReport Health,
    MemoryPeaks Peaks, long OomKills)
{
    private const double SlowestAnswer = 5000;
    private const double SlowestHealth = 100;
    private const double MostTimes = 10;

    /// <summary>Clock-ins behind it that were not answered with 200.</summary>
    public int Unanswered { get; init; }

    public string Verdict => StartProblem ?? Words.Verdict(Problems());

    private IEnumerable<string> Problems()
    {
        if (OomKills > 0)
            yield return $"{OomKills} × killed";
        if (Outcomes.ContainsKey("none"))
            yield return $"{Outcomes["none"]} without an answer";
        if (Unanswered > 0)
            yield return $"{Unanswered} clock-ins behind it failed";
        if (Slowest > SlowestAnswer)
            yield return string.Create(CultureInfo.InvariantCulture, $"an answer took {Slowest / 1000:0.0} s");
        if (Health.Failed > 0)
            yield return $"{Health.Failed} probes failed";
        if (Health.P99 > SlowestHealth)
            yield return string.Create(CultureInfo.InvariantCulture, $"/health p99 {Health.P99:0} ms");
        if (Behind > MostTimes * Alone)
            yield return string.Create(CultureInfo.InvariantCulture, $"a clock-in behind it took {Behind / Alone:0.0} ×");
    }
}

/// <summary>How hostile inputs are shown.</summary>
internal static class HostileTable
{
    private static readonly string[] Columns =
    [
        "limit MiB", "input", "verdict", "answered", "slowest answer ms", "clock-in alone p50 ms", "behind it", "times", "health p99 ms", "max",
        "peak unreclaimable MiB", "OOM kills",
    ];

    public static Section Section(IReadOnlyList<HostileRow> rows, int rounds) => new(
        "hostile",
        $"""
        Each input ten times at once, {rounds} times, against a server of its own from a cold page cache. «behind it»: a clock-in of the usual 12 MP
        photo, sent 100 ms after the ten. Probes ask `/health` ten times a second from a real-time thread.
        Wanted: no kill; each answer within 5 s; `/health` p99 of at most 100 ms; a clock-in behind them at most 10 times what it takes alone.
        """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(HostileRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Input}, {Figure.Mebibytes(row.Limit)} MiB: {row.Verdict}; {Words.Counts(row.Outcomes)}; slowest {row.Slowest:0} ms, clock-in {row.Alone:0} → "
            + $"{row.Behind:0} ms, /health p99 {row.Health.P99:0.0} ms, peak {Figure.Mebibytes(row.Peaks.Unreclaimable)} MiB");

    private static string[] Texts(HostileRow row) =>
    [
        Figure.Mebibytes(row.Limit), row.Input, Figure.Verdict(row.Verdict), Words.Counts(row.Outcomes), Figure.Milliseconds(row.Slowest),
        Figure.Milliseconds(row.Alone), Figure.Milliseconds(row.Behind), Figure.Rate(row.Behind / row.Alone), Figure.Fine(row.Health.P99),
        Figure.Fine(row.Health.Max), Figure.Mebibytes(row.Peaks.Unreclaimable), $"{row.OomKills}",
    ];
}
