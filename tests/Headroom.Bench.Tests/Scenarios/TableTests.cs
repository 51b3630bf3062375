using System.Text.Json;
using Headroom.Bench.Cgroups;
using Headroom.Bench.Indexes;
using Headroom.Bench.Load;
using Headroom.Bench.Reports;
using Headroom.Bench.Scenarios;

namespace Headroom.Bench.Tests.Scenarios;

public sealed class TableTests : IDisposable
{
    private static readonly MachineFacts Machine = new(DateTimeOffset.UnixEpoch, "the command", "abc", "a processor", 2, 1024, "6.1", 2, ".NET", "v20");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_row_has_a_cell_for_every_column() =>
        Assert.All(Sections(), section => Assert.All(section.Rows, row => Assert.Equal(section.Columns.Count, row.Length)));

    [Fact]
    public void A_failure_stands_out()
    {
        var section = OverloadTable.Section([new OverloadRow("usual", Runs.Limit, "killed at start", 0, Run: null)], new OverloadOptions(1, 1, 4));
        Assert.Contains("**killed at start**", section.Rows[0]);
    }

    [Fact]
    public async Task A_report_is_written_for_people_and_for_programs()
    {
        var path = await new Report(Machine, Sections()).WriteAsync(_folder.Path, CancellationToken.None);
        var markdown = await File.ReadAllTextAsync(path);
        Assert.Contains("`the command`", markdown, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(path, ".json")));
        var row = json.RootElement.GetProperty("scenarios").GetProperty("overload")[0];
        Assert.Equal("ok", row.GetProperty("verdict").GetString());
        Assert.Equal(10, row.GetProperty("run").GetProperty("load").GetProperty("right_per_second").GetDouble());
    }

    private static Section[] Sections()
    {
        var run = Runs.Fine();
        var phase = new LimitPhase(Runs.Limit, 0, 5 * Stopwatch.Frequency, 1, 0, Runs.Peak(1));
        var turn = PairsTests.Turn(10, 100);
        return
        [
            PairsTable.Section(
                [new Pair(1, turn, turn), new Pair(1, turn with { Scenario = "idle" }, turn with { Scenario = "idle", Verdict = "gone", Peak = 0 })],
                PairsTests.Options),
            OverloadTable.Section(
                [new OverloadRow("headroom", Runs.Limit, null, 10, run), new OverloadRow("usual", Runs.Limit, "did not start", 0, null)],
                new OverloadOptions(20, 300, 4)),
            LeakTable.Section(
                [new LeakRow("headroom", Runs.Limit, null, 1, 1, 5, run), new LeakRow("headroom", Runs.Limit, "did not start", 1, 1, 5, null)], clients: 2),
            SoakTable.Section(
                [new SoakRow("headroom", Runs.Limit, null, run), new SoakRow("headroom", Runs.Limit, "did not start", null)], clients: 2, seconds: 600),
            LowerLimitTable.Section([new LowerLimitRow("headroom", null, run, [phase]), new LowerLimitRow("usual", "did not start", null, [])], clients: 8),
            LargeModelsTable.Section(
                [
                    new LargeModelsRow("prepared", Runs.Limit, true, null, 1, default, 0, Runs.Peak(1), run, Runs.Peak(1), 10),
                    new LargeModelsRow("as they are", Runs.Limit, false, "killed at start", null, default, 1, Runs.Peak(1), null, null, 10),
                ],
                clients: 8, seconds: 30),
            WebhookTable.Section(
                [new WebhookRow(
                    "headroom", Runs.Limit, null, 900, 31_000, new Dictionary<string, int> { ["200"] = 1 },
                    OpenLoopTimes.Of([]), OpenLoopTimes.Of([new OpenLoopResult(0, 1, "200")]), 0, 0, 1, 0, Runs.Peak(1), 0)],
                perSecond: 200,
                seconds: 30),
            TogetherTable.Section(
                [
                    TogetherVerdictTests.Row(TogetherVerdictTests.Fine()),
                    TogetherVerdictTests.Row(TogetherVerdictTests.Fine() with { Stored = null }),
                    new TogetherRow(Runs.Limit, "did not start", Run: null),
                ],
                seconds: 300),
            VectorsTable.Section(
                [
                    new VectorsRow("headroom", "random", 9, Runs.Limit, 1, 1, 2, new SearchTimes(1, 1, 1, 1, 1, []), 1, Runs.Peak(1), 0, ""),
                    new VectorsRow("usearch-i8", "random", 9, Runs.Limit, 1, 1, 0, null, 0, MemoryPeaks.None, 1, "the build was killed"),
                ],
                queries: 3),
            UploadsTable.Section(
                [UploadVerdictTests.Row(UploadVerdictTests.Fine()), new UploadsRow("crowd", Runs.Limit, null, Flat: false, "did not start", Run: null)],
                new UploadsOptions(["few", "crowd"], 1000, 100, 20 * 1048576, 10_000, 16, 1)),
            UploadPeerTable.Section(
                [UploadVerdictTests.Peer(1, "headroom", 4), UploadVerdictTests.Peer(1, "usual", 4) with { Load = null }],
                [("usual", "large", 3.2), ("usual", "small", null)],
                clients: 16),
        ];
    }
}
