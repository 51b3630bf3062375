using System.CommandLine;
using Headroom.Bench.Photos;
using Headroom.Bench.Programs;
using Headroom.Bench.Reports;
using Headroom.Bench.Scenarios;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Commands;

/// <summary>Whom a scenario measures, under which limits.</summary>
/// <param name="targets">By default.</param>
/// <param name="limits">By default, in MiB.</param>
internal sealed class SubjectOptions(string[] targets, params int[] limits)
{
    private const string Own = "headroom";

    private readonly Option<string[]> _targets = Options.Separated("--targets", "What to measure: headroom, usual, tuned, gated.", targets);

    private readonly Option<int[]> _limits = Options.Limits(limits);

    public ServerOptions Server { get; } = new();

    /// <summary>A verb that measures servers side by side.</summary>
    /// <param name="options">Of the scenarios.</param>
    /// <param name="scenarios">What it runs; a report has a section for each.</param>
    public Command Verb(
        string name, string description, IEnumerable<Option> options, params Func<ParseResult, Subject, CancellationToken, Task<Section>>[] scenarios)
    {
        var verb = new Command(name, description);
        foreach (var option in (Option[])[_targets, _limits, .. Server.All, .. options])
            verb.Options.Add(option);
        verb.SetAction((given, cancellationToken) => Measurement.ReportAsync(
            given,
            async repository =>
            {
                var subject = await SubjectAsync(given, repository, cancellationToken);
                var sections = new List<Section>();
                foreach (var scenario in scenarios)
                    sections.Add(await scenario(given, subject, cancellationToken));
                return sections;
            },
            cancellationToken));
        return verb;
    }

    /// <exception cref="BenchException">Others were asked for, too.</exception>
    public static HeadroomTarget OnlyHeadroom(Subject subject) =>
        subject.Targets is [HeadroomTarget target] ? target : throw new BenchException("--targets: this verb measures headroom only.");

    private async Task<Subject> SubjectAsync(ParseResult given, Repository repository, CancellationToken cancellationToken) =>
        new(
            repository,
            BuiltProgram.Bench(),
            await TestPhotos.PrepareAsync(repository, cancellationToken),
            [.. Options.Known(given, _targets, [Own, .. NodeTarget.Variants]).Select(name => Target(given, repository, name))],
            Options.Bytes(given, _limits),
            Console.Out);

    private ITarget Target(ParseResult given, Repository repository, string name) =>
        name == Own ? Server.Target(given, repository) : new NodeTarget(repository, name);
}
