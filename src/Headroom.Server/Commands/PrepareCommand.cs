using System.CommandLine;
using Headroom.Onnx;
using Headroom.Server.Data;

namespace Headroom.Server.Commands;

/// <summary><c>headroom prepare</c>: prepares the configured models ahead of the first start. The build runs it.</summary>
internal static class PrepareCommand
{
    /// <param name="mask">What of a file's mode the program was started without.</param>
    public static Command Create(int mask)
    {
        var to = new Option<DirectoryInfo?>("--to") { Description = "The folder to prepare into; by default the one under the data folder." };
        var command = new Command("prepare", "Prepare the configured models for this processor.") { to };
        command.SetAction((parsed, cancellationToken) => Failures.CatchAsync(() =>
        {
            // A folder that is named is a part of the program, as in an image that another user runs than built it.
            if (parsed.GetValue(to) is not null)
                FileModes.Restore(mask);
            return RunAsync(parsed.GetValue(to), cancellationToken);
        }));
        return command;
    }

    /// <summary>The verb that the cache starts in a process of its own; not for people.</summary>
    /// <param name="mask">What of a file's mode it was started without: whoever starts it knows whose the files are.</param>
    public static Command CreateOne(int mask)
    {
        var source = new Argument<string>("source");
        var destination = new Argument<string>("destination");
        var command = new Command(SelfCommand.PrepareOne) { source, destination };
        command.Hidden = true;
        command.SetAction((parsed, _) => Failures.CatchAsync(() =>
        {
            FileModes.Restore(mask);
            using var environment = OnnxEnvironment.Create();
            ModelPreparer.Prepare(environment, parsed.GetValue(source)!, parsed.GetValue(destination)!);
            return Task.FromResult(0);
        }));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo? to, CancellationToken cancellationToken)
    {
        await using var app = ServerApplication.Build();
        using var environment = OnnxEnvironment.Create();
        var settings = app.Services.GetRequiredService<Configuration.ServerSettings>();
        using var cache = new PreparedModelCache(to is null ? settings.PreparedFolders : [to.FullName], SelfCommand.Preparation, environment.Version);
        foreach (var source in app.Services.GetServices<ModelSource>())
        {
            var prepared = await cache.GetAsync(source, cancellationToken);
            await Console.Out.WriteLineAsync(
                $"{prepared.Name}: {(prepared.WasPrepared ? "prepared" : "already prepared")}, {new ByteSize(prepared.MappedBytes)} of weights to map");
        }
        return 0;
    }
}
