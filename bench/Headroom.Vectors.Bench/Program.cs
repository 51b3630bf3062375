using System.CommandLine;
using Headroom.Bench;
using Headroom.Bench.Cgroups;
using Headroom.Bench.Reports;
using Headroom.Vectors.Bench;

switch (args)
{
    case ["build", var folder, var vectors, var count]:
        Inside.Build(folder, vectors, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["query", var folder, var vectors, var queries]:
        Inside.Query(folder, vectors, int.Parse(queries, CultureInfo.InvariantCulture));
        return 0;
}

var cases = new Option<string[]>("--case") { Description = "COUNT:LIMIT, how many vectors in how many MiB; may be repeated.", DefaultValueFactory = _ => ["100000:512", "250000:512", "1000000:1024"] };
var kind = new Option<string>("--vectors") { Description = "clustered or random.", DefaultValueFactory = _ => "clustered" };
kind.AcceptOnlyFromAmong("clustered", "random");
var queryCount = new Option<int>("--queries") { Description = "How many queries.", DefaultValueFactory = _ => 200 };
var withPeer = new Option<bool>("--peer") { Description = "Measure usearch beside it (npm ci --ignore-scripts in bench/peers/vectors first)." };
var command = new RootCommand("Builds and searches vector indexes in a memory cgroup with a limit. Needs root.") { cases, kind, queryCount, withPeer };
command.SetAction(async (given, cancellationToken) =>
{
    MemoryCgroup.RequirePrivilege();
    var repository = Repository.Find();
    using var alone = repository.RunAlone();
    var machine = await MachineFacts.CollectAsync(repository, TimeProvider.System, args, cancellationToken);
    var scenario = new IndexScenario(
        given.GetValue(kind)!,
        [.. given.GetValue(cases)!.Select(ParseCase)],
        given.GetValue(queryCount),
        given.GetValue(withPeer) ? Path.Join(repository.Root, "bench", "peers", "vectors") : null,
        repository.Artifacts);
    var report = new Report(machine with { Command = machine.Command.Replace("Headroom.Bench", "Headroom.Vectors.Bench", StringComparison.Ordinal) }, [await scenario.RunAsync(cancellationToken)]);
    Console.WriteLine($"\n{report.Markdown()}");
    Console.WriteLine($"Written to {Path.GetRelativePath(repository.Root, await report.WriteAsync(repository.Results, cancellationToken))} and .json beside it.");
});
try
{
    return await command.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BenchException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}

static (int Count, long Limit) ParseCase(string text) =>
    text.Split(':') is [var count, var limit] && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var vectors) && long.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes)
        ? (vectors, mebibytes * 1048576)
        : throw new BenchException($"--case: «{text}» is not COUNT:LIMIT, for example 250000:512.");
