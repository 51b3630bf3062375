using System.CommandLine;
using Headroom.Bench.Indexes;
using Headroom.Bench.Load;
using Headroom.Bench.Models;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Commands;

/// <summary>The bench's command line: its verbs are the scenarios, and what it starts of itself.</summary>
internal static class BenchCommand
{
    public static RootCommand Create()
    {
        var clockIns = new ClockInVerbs();
        return new RootCommand("Measures servers in a memory cgroup with a limit. Needs root and a checkout; sts and embed need neither.")
        {
            clockIns.Clock(),
            clockIns.Start(),
            clockIns.Idle(),
            clockIns.All(),
            LoadVerbs.Overload(),
            LoadVerbs.LowerLimit(),
            LoadVerbs.Leak(),
            LoadVerbs.Hostile(),
            LoadVerbs.Soak(),
            LoadVerbs.Together(),
            ModelVerbs.LargeModels(),
            ModelVerbs.Vectors(),
            WebhookVerb.Create(),
            UploadVerb.Create(),
            SentenceVerbs.Sts(),
            SentenceVerbs.Embed(),
            PairsVerb.Create(),
            HostModels(),
            WorkOnIndex(),
            Hidden(LoadProcess.CrowdVerb, "The load client that the bench starts for itself.", LoadProcess.ServeCrowdAsync),
            Hidden(LoadProcess.MixVerb, "The mixed load client that the bench starts for itself.", LoadProcess.ServeMixAsync),
            Hidden(UploadProcess.Verb, "The client of uploads that the bench starts for itself.", UploadProcess.ServeAsync),
        };
    }

    private static Command HostModels()
    {
        var description = new Argument<string>("description");
        var verb = new Command(ModelHost.Verb, "The service that the bench starts for large-models.") { description };
        verb.Hidden = true;
        verb.SetAction((given, cancellationToken) => Measurement.CatchAsync(() => ModelHost.ServeAsync(given.GetValue(description)!, cancellationToken)));
        return verb;
    }

    private static Command WorkOnIndex()
    {
        var work = new Argument<string>("work");
        var folder = new Argument<string>("folder");
        var kind = new Argument<string>("vectors");
        var count = new Argument<int>("count");
        var verb = new Command(IndexWork.Verb, "What the bench starts for vectors.") { work, folder, kind, count };
        verb.Hidden = true;
        verb.SetAction(given => IndexWork.Run(given.GetValue(work)!, given.GetValue(folder)!, given.GetValue(kind)!, given.GetValue(count)));
        return verb;
    }

    /// <summary>A verb that the bench calls itself.</summary>
    private static Command Hidden(string name, string description, Func<CancellationToken, Task> run)
    {
        var verb = new Command(name, description) { Hidden = true };
        verb.SetAction((_, cancellationToken) => Measurement.CatchAsync(() => run(cancellationToken)));
        return verb;
    }
}
