using System.CommandLine;
using Headroom.Bench.Programs;
using Headroom.Bench.Reports;
using Headroom.Bench.Scenarios;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Commands;

/// <summary><c>uploads</c>: what it can be asked, and what that starts.</summary>
internal sealed class UploadVerb
{
    private const string Peer = "peer";

    private static readonly string[] Cases = [.. UploadsScenario.Cases, Peer];

    private readonly Option<string[]> _cases = Options.Separated("--cases", $"What to run: {string.Join(", ", Cases)}.", Cases);
    private readonly Option<int[]> _limits = Options.Limits(512);
    private readonly Option<int> _crowd = Options.Number("--crowd", "Files at once in the crowd.", 1000);
    private readonly Option<int> _toS3 = Options.Number("--to-s3", "Files at once to S3.", 100);
    private readonly Option<int> _fileMebibytes = Options.Number("--file-mib", "Length of each of these files, in MiB.", 20);
    private readonly Option<int> _files = Options.Number("--files", "Files of mixed length.", 10_000);
    private readonly Option<int> _clients = Options.Number("--clients", "How many files of mixed length, or to the peer, at once.", 16);
    private readonly Option<int> _seed = Options.Number("--seed", "Draws the mixed lengths.", 1);
    private readonly Option<int> _rounds = Options.Number("--rounds", "How often each server gets each kind of files, beside the peer.", 3);
    private readonly Option<int> _workers = Options.Number("--workers", "Processes of the tuned peer.", 2);
    private readonly Option<int> _threads = Options.Number("--threads", "Threads of each process of the tuned peer.", 4);

    private UploadVerb()
    {
    }

    public static Command Create()
    {
        var (uploads, server) = (new UploadVerb(), new ServerOptions());
        var verb = new Command("uploads", "Encrypted uploads: a few, a thousand at once, to S3, ten thousand of mixed length, and beside a usual handler.");
        foreach (var option in (Option[])[.. uploads.All(), .. server.All])
            verb.Options.Add(option);
        verb.SetAction((given, cancellationToken) => Measurement.ReportAsync(
            given, repository => uploads.RunAsync(given, repository, server.Target(given, repository), cancellationToken), cancellationToken));
        return verb;
    }

    private IEnumerable<Option> All() => [_cases, _limits, _crowd, _toS3, _fileMebibytes, _files, _clients, _seed, _rounds, _workers, _threads];

    private async Task<List<Section>> RunAsync(ParseResult given, Repository repository, HeadroomTarget target, CancellationToken cancellationToken)
    {
        var cases = Options.Known(given, _cases, Cases);
        var (bench, limits, clients) = (BuiltProgram.Bench(), Options.Bytes(given, _limits), given.GetValue(_clients));
        var sections = new List<Section>();
        if (cases.Where(name => name != Peer).ToList() is { Count: > 0 } own)
        {
            var fileBytes = given.GetValue(_fileMebibytes) * Options.Mebibyte;
            var options = new UploadsOptions(
                own, given.GetValue(_crowd), given.GetValue(_toS3), fileBytes, given.GetValue(_files), clients, given.GetValue(_seed));
            sections.Add(await new UploadsScenario(repository, bench, target, limits, options, Console.Out).RunAsync(cancellationToken));
        }
        if (cases.Contains(Peer))
        {
            var tuned = FlaskTarget.Tuned(repository, given.GetValue(_workers), given.GetValue(_threads));
            ITarget[] all = [target.With(("HEADROOM__SERVICES", "uploads")), FlaskTarget.Usual(repository), tuned];
            sections.Add(
                await new UploadPeerScenario(repository, bench, all, limits, clients, given.GetValue(_rounds), Console.Out).RunAsync(cancellationToken));
        }
        return sections;
    }
}
