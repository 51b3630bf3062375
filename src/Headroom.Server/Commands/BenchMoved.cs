using System.CommandLine;

namespace Headroom.Server.Commands;

/// <summary><c>headroom bench</c>, as it was called while the program carried the bench: says where it is now.</summary>
internal static class BenchMoved
{
    private const string Name = "bench";

    /// <summary>Takes whatever stood behind it, options included.</summary>
    public static Command Create()
    {
        var asked = new Argument<string[]>("scenario") { Arity = ArgumentArity.ZeroOrMore };
        var moved = new Command(Name, "Measuring is a program of its own: in a checkout run «dotnet run -c Release --project bench/Headroom.Bench».")
        {
            asked,
        };
        moved.Hidden = true;
        moved.TreatUnmatchedTokensAsErrors = false;
        // Its help is the new program's.
        moved.SetAction(given =>
        {
            var behind = given.Tokens.Select(token => token.Value).SkipWhile(word => word != Name).Skip(1);
            Console.Error.WriteLine(
                "This program does not measure itself any more. In a checkout of Headroom, as root: "
                + $"dotnet run -c Release --project bench/Headroom.Bench -- {string.Join(' ', behind.DefaultIfEmpty("--help"))}");
            return 1;
        });
        return moved;
    }
}
