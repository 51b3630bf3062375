using System.CommandLine;
using Headroom.Measuring;
using Headroom.Server;
using Headroom.Server.Commands;
using Headroom.Server.Data;

AllocatorSettings.Apply();
NativeHeap.KeepSmall();
var mask = FileModes.KeepPrivate();

// The usual start has no arguments; it does not wait for a parser.
if (args.Length == 0)
    return await ServeCommand.RunAsync(CancellationToken.None);

var root = new RootCommand("Headroom runs face clock-in, sentence embeddings and encrypted uploads inside a fixed memory limit. Without a command it serves.")
{
    ServeCommand.Create(),
    PlanCommand.Create(),
    PrepareCommand.Create(mask),
    PrepareCommand.CreateOne(mask),
    ConvertCommand.Create(mask),
    KeysCommand.Create(),
    BenchMoved.Create(),
};
root.SetAction((_, cancellationToken) => ServeCommand.RunAsync(cancellationToken));
// The host waits up to 30 s for requests that are under way; the parser must not cut that short.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
