using System.CommandLine;
using Headroom.Bench.Reports;
using Headroom.Bench.Scenarios;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Uploads;

/// <summary>The options of <c>headroom bench uploads</c>, and what they start.</summary>
internal sealed class UploadVerb
{
    private const string Peer = "peer";

    private readonly Option<string[]> _cases = BenchOptions.Separated("--cases", $"What to run: {string.Join(", ", UploadsScenario.Cases)}, {Peer}.", [.. UploadsScenario.Cases, Peer]);
    private readonly Option<int[]> _limits = new("--limit") { Description = "Memory limit in MiB; may be repeated.", DefaultValueFactory = _ => [512] };
    private readonly Option<int> _crowd = Number("--crowd", "Files at once in the crowd.", 1000);
    private readonly Option<int> _toS3 = Number("--to-s3", "Files at once to S3.", 100);
    private readonly Option<int> _fileMebibytes = Number("--file-mib", "Length of each of these files, in MiB.", 20);
    private readonly Option<int> _files = Number("--files", "Files of mixed length.", 10_000);
    private readonly Option<int> _clients = Number("--clients", "How many files of mixed length, or to the peer, at once.", 16);
    private readonly Option<int> _seed = Number("--seed", "Draws the mixed lengths.", 1);
    private readonly Option<int> _rounds = Number("--rounds", "How often each server gets each kind of files, beside the peer.", 3);
    private readonly Option<int> _workers = Number("--workers", "Processes of the tuned peer.", 2);
    private readonly Option<int> _threads = Number("--threads", "Threads of each process of the tuned peer.", 4);

    public IEnumerable<Option> Options => [_cases, _limits, _crowd, _toS3, _fileMebibytes, _files, _clients, _seed, _rounds, _workers, _threads];

    public async Task<List<Section>> RunAsync(ParseResult given, Repository repository, HeadroomTarget target, CancellationToken cancellationToken)
    {
        var cases = given.GetValue(_cases)!;
        if (Array.Find(cases, name => name != Peer && !UploadsScenario.Cases.Contains(name)) is { } unknown)
            throw new BenchException($"--cases: «{unknown}» is none of {string.Join(", ", UploadsScenario.Cases)}, {Peer}.");
        var (program, limits) = (HeadroomProgram.Own(), given.GetValue(_limits)!.Select(mebibytes => mebibytes * 1048576L).ToList());
        var sections = new List<Section>();
        if (cases.Where(name => name != Peer).ToList() is { Count: > 0 } own)
        {
            var options = new UploadsOptions(own, given.GetValue(_crowd), given.GetValue(_toS3), given.GetValue(_fileMebibytes) * 1048576L, given.GetValue(_files), given.GetValue(_clients), given.GetValue(_seed));
            sections.Add(await new UploadsScenario(repository, program, target, limits, options, Console.Out).RunAsync(cancellationToken));
        }
        if (cases.Contains(Peer))
        {
            ITarget[] all = [target.With(("HEADROOM__SERVICES", "uploads")), FlaskTarget.Usual(repository), FlaskTarget.Tuned(repository, given.GetValue(_workers), given.GetValue(_threads))];
            sections.Add(await new UploadPeerScenario(repository, program, all, limits, given.GetValue(_clients), given.GetValue(_rounds), Console.Out).RunAsync(cancellationToken));
        }
        return sections;
    }

    private static Option<int> Number(string name, string description, int byDefault) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => byDefault,
    };
}
