using System.CommandLine;
using Headroom.Search.Converting;

namespace Headroom.Server.Commands;

/// <summary>The verb that the build converts the default sentence model with; not for people.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source");
        var destination = new Argument<string>("destination");
        var command = new Command("convert-model") { source, destination };
        command.Hidden = true;
        command.SetAction((parsed, _) => Failures.CatchAsync(() =>
        {
            UseLiteConverter.Convert(parsed.GetValue(source)!, parsed.GetValue(destination)!);
            return Task.FromResult(0);
        }));
        return command;
    }
}
