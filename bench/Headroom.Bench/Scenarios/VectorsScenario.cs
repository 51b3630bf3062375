using System.Text.Json;
using Headroom.Bench.Cgroups;
using Headroom.Bench.Indexes;
using Headroom.Bench.Programs;
using Headroom.Bench.Reports;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Scenarios;

/// <summary>Builds a vector index under a limit and searches it in new processes from a cold page cache, beside usearch and an exact search.</summary>
/// <param name="bench">A copy that nothing else runs.</param>
/// <param name="kind">As in <see cref="SampleVectors"/>.</param>
/// <param name="queries">How many.</param>
/// <param name="targets">Of <see cref="Targets"/>.</param>
internal sealed class VectorsScenario(
    Repository repository, BuiltProgram bench, PrivateRuntime runtime, string kind, int queries, IReadOnlyList<string> targets, TextWriter progress)
{
    /// <summary>What can be measured: this program, and usearch in two precisions.</summary>
    public static readonly IReadOnlyList<string> Targets = ["headroom", "usearch-i8", "usearch-f16"];

    /// <summary>Searching processes of each index; the one with the median time counts.</summary>
    private const int Repetitions = 3;

    private const string Usearch = "usearch-";

    /// <summary>How many candidates usearch keeps: its default, and what comes nearer to an exact search.</summary>
    private static readonly string[] Expansions = ["64", "1024"];

    private readonly SampleVectors _vectors = new(kind);
    private readonly List<VectorsRow> _rows = [];

    /// <param name="cases">How many vectors under which limit in bytes, for each set of rows.</param>
    public async Task<Section> RunAsync(IReadOnlyList<(int Count, long Limit)> cases, CancellationToken cancellationToken)
    {
        foreach (var (count, limit) in cases)
        {
            var folder = Directory.CreateDirectory(Path.Join(repository.Artifacts, $"vectors-{Environment.ProcessId}")).FullName;
            try
            {
                await MeasureAsync(folder, count, limit, cancellationToken);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        return VectorsTable.Section(_rows, queries);
    }

    private async Task MeasureAsync(string folder, int count, long limit, CancellationToken cancellationToken)
    {
        var exact = new ExactSearch(_vectors, count);
        var questions = Enumerable.Range(0, queries).Select(i => _vectors.Make(SampleVectors.FirstQuery + i)).ToList();
        var truth = exact.Find(questions, IndexWork.Limit);
        var (rows, asked) = (Path.Join(folder, "vectors.f32"), Path.Join(folder, "queries.f32"));
        if (targets.Any(target => target.StartsWith(Usearch, StringComparison.Ordinal)))
        {
            await exact.WriteAsync(rows, cancellationToken);
            await File.WriteAllBytesAsync(asked, [.. questions.SelectMany(question => question).SelectMany(BitConverter.GetBytes)], cancellationToken);
        }
        foreach (var target in targets)
        {
            var index = Path.Join(folder, target);
            var empty = new VectorsRow(target, kind, count, limit, 0, 0, 0, Times: null, 0, MemoryPeaks.None, 0, "");
            if (!target.StartsWith(Usearch, StringComparison.Ordinal))
            {
                var built = await BuildAsync(empty, Headroom("build", index, count), folder, cancellationToken);
                await SearchAsync(built, Headroom("search", index, queries));
                continue;
            }
            var precision = target[Usearch.Length..];
            var other = await BuildAsync(empty, Node("build", rows, index, precision), folder, cancellationToken);
            foreach (var expansion in Expansions)
                await SearchAsync(other with { Target = $"{target}, expansion {expansion}" }, Node("view", asked, index, precision, expansion));
        }

        async Task SearchAsync(VectorsRow built, ServerCommand search)
        {
            _rows.Add(
                built.Problem.Length > 0
                    ? built
                    : await MedianAsync(
                        () => this.SearchAsync(
                            built with { ExactMedian = exact.Time(questions, IndexWork.Limit) }, search, folder, truth, cancellationToken)));
            await progress.WriteLineAsync(VectorsTable.Line(_rows[^1]));
        }
    }

    private ServerCommand Headroom(string work, string index, int count)
    {
        string[] arguments = [IndexWork.Verb, work, index, kind, $"{count}"];
        return new ServerCommand(bench.Location, arguments, runtime.Variables);
    }

    private ServerCommand Node(params string[] arguments) =>
        new("node", [Path.Join(repository.VectorsPeer, "usearch.mjs"), .. arguments], new Dictionary<string, string>());

    private static async Task<VectorsRow> BuildAsync(VectorsRow row, ServerCommand command, string folder, CancellationToken cancellationToken)
    {
        var built = await LimitedProcess.RunAsync(command, folder, row.Limit, cancellationToken);
        return row with
        {
            BuildSeconds = built.Seconds,
            BuildAnonymous = built.Peaks.Anonymous,
            OomKills = built.OomKills,
            Problem = built.Output is null ? Problem("build", built) : "",
        };
    }

    private async Task<VectorsRow> SearchAsync(
        VectorsRow row, ServerCommand command, string folder, IReadOnlyList<HashSet<long>> truth, CancellationToken cancellationToken)
    {
        var searched = await LimitedProcess.RunAsync(command, folder, row.Limit, cancellationToken);
        row = row with { Peaks = searched.Peaks, OomKills = row.OomKills + searched.OomKills };
        if (searched.Output is null)
            return row with { Problem = Problem("search", searched) };
        var times = JsonSerializer.Deserialize<SearchTimes>(searched.Output, BenchJson.Plain)
            ?? throw new BenchException("The searching process printed nothing.");
        var recall = times.Found.Zip(truth, (found, best) => found.Count(best.Contains) / (double)best.Count).Average();
        // Two thousand ids say no more than the recall does.
        row = row with { Times = times with { Found = [] }, Recall = recall };
        await progress.WriteLineAsync($"  {VectorsTable.Line(row)}");
        return row;
    }

    private static async Task<VectorsRow> MedianAsync(Func<Task<VectorsRow>> measure)
    {
        var rows = new List<VectorsRow>();
        for (var i = 0; i < Repetitions; i++)
            rows.Add(await measure());
        return rows.Find(row => row.Problem.Length > 0) ?? rows.OrderBy(row => row.OfExact).ElementAt(Repetitions / 2);
    }

    private static string Problem(string work, LimitedProcess process) =>
        $"the {work} {(process.OomKills > 0 ? "was killed" : $"failed: {process.Complaint.AsSpan(0, Math.Min(process.Complaint.Length, 80))}")}";
}

/// <summary>One index under one limit.</summary>
/// <param name="Limit">In bytes.</param>
/// <param name="BuildAnonymous">The most while it was built, in bytes.</param>
/// <param name="ExactMedian">Milliseconds of an exact search in full precision, all in memory, no limit, in the same minute.</param>
/// <param name="Times">Null when building or searching failed.</param>
/// <param name="Recall">The share of the exact ten that were found.</param>
/// <param name="Peaks">Of the searching process's cgroup.</param>
/// <param name="Problem">What went wrong; empty when nothing did.</param>
internal sealed record VectorsRow(
    string Target, string Vectors, int Count, long Limit, double BuildSeconds, long BuildAnonymous, double ExactMedian,
    SearchTimes? Times, double Recall, MemoryPeaks Peaks, long OomKills, string Problem)
{
    /// <summary>How much of an exact search's time a search takes.</summary>
    public double OfExact => Times is null ? 0 : Times.Median / ExactMedian;
}

/// <summary>How vector indexes are shown.</summary>
internal static class VectorsTable
{
    private static readonly string[] Columns =
    [
        "index", "vectors", "count", "limit MiB", "build s", "most anonymous while built MiB", "opened cold ms", "first search ms", "p50 ms", "p99",
        "p50 on one core", "exact p50", "of exact", "recall@10", "most anonymous MiB", "working set", "OOM kills", "problem",
    ];

    public static Section Section(IReadOnlyList<VectorsRow> rows, int queries) => new(
        "vectors",
        $"""
         Top {IndexWork.Limit} of {SampleVectors.Dimensions}-dimensional vectors of length one, seed 7, {queries} queries like the vectors and not among them.
         «clustered»: 1,000 random centres plus noise as long as they are. «random»: any direction. Built and searched in processes of their own inside the
         limit, each from a cold page cache; memory figures are peaks of the cgroup, runtime included.
         «first search» is the first after opening cold; p50 and p99 are those of the best of five rounds, on all cores where «on one core» does not say
         otherwise (usearch searches on one).
         Each index is searched by three processes, each right after an exact search (all vectors in single precision, in memory, no limit, all cores);
         the one with the median ratio of the two is shown. Compare ratios when the machine was busy.
         """,
        Columns, [.. rows.Select(Texts)], [.. rows]);

    public static string Line(VectorsRow row) =>
        $"vectors {row.Target}, {row.Count} {row.Vectors}, {Figure.Mebibytes(row.Limit)} MiB: "
        + (row.Times is { } times ? $"p50 {Figure.Hundredths(times.Median)} ms ({Figure.Share(row.OfExact)} of exact), first {Figure.Fine(times.First)} ms, "
            + $"recall {Recall(row)}, most anonymous {Figure.Mebibytes(row.Peaks.Anonymous)} MiB" : row.Problem);

    private static string[] Texts(VectorsRow row) =>
    [
        row.Target, row.Vectors, row.Count.ToString("N0", CultureInfo.InvariantCulture), Figure.Mebibytes(row.Limit), Figure.Rate(row.BuildSeconds),
        Figure.Mebibytes(row.BuildAnonymous),
        .. row.Times is not { } times
            ? Enumerable.Repeat(Figure.Absent, 10)
            :
            [
                Figure.Milliseconds(times.Open), Figure.Fine(times.First), Figure.Hundredths(times.Median), Figure.Hundredths(times.Slowest),
                Figure.Hundredths(times.SingleThreaded),
                Figure.Fine(row.ExactMedian), Figure.Share(row.OfExact), Recall(row), Figure.Mebibytes(row.Peaks.Anonymous),
                Figure.Mebibytes(row.Peaks.WorkingSet),
            ],
        $"{row.OomKills}", row.Problem,
    ];

    private static string Recall(VectorsRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Recall:0.0000}");
}
