using System.CommandLine;
using Headroom.Search.Converting;
using Headroom.Server.Data;

namespace Headroom.Server.Commands;

/// <summary>The verb that the build converts the default sentence model with; not for people.</summary>
internal static class ConvertCommand
{
    /// <param name="mask">What of a file's mode the program was started without: the model is a part of it.</param>
    public static Command Create(int mask)
    {
        var source = new Argument<string>("source");
        var destination = new Argument<string>("destination");
        var command = new Command("convert-model") { source, destination };
        command.Hidden = true;
        command.SetAction((parsed, _) => Failures.CatchAsync(() =>
        {
            FileModes.Restore(mask);
            UseLiteConverter.Convert(parsed.GetValue(source)!, parsed.GetValue(destination)!);
            return Task.FromResult(0);
        }));
        return command;
    }
}
