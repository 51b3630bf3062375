using System.CommandLine;
using Headroom.Bench.Programs;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Commands;

/// <summary>Which server is measured, and what it is told.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string[]> _environment = new("--server-env") { Description = "NAME=VALUE for the headroom server; may be repeated." };

    /// <summary><c>--server</c> alone.</summary>
    public Option<string?> Which { get; } = new("--server")
    {
        Description = "The headroom program to measure, or its folder; by default the one that was built with the bench.",
    };

    public IEnumerable<Option> All => [Which, _environment];

    /// <exception cref="BenchException">There is none.</exception>
    public BuiltProgram Program(ParseResult given) => given.GetValue(Which) is { } other ? BuiltProgram.At(other) : BuiltProgram.Server();

    /// <summary>A copy of the server that nothing else runs.</summary>
    /// <exception cref="BenchException">There is none, or a variable is none.</exception>
    public HeadroomTarget Target(ParseResult given, Repository repository)
    {
        var environment = (given.GetValue(_environment) ?? []).Select(pair => pair.Split('=', 2)).ToList();
        if (environment.Find(pair => pair.Length < 2) is [var wrong])
            throw new BenchException($"--server-env: «{wrong}» is not NAME=VALUE.");
        return new HeadroomTarget(
            Program(given).CopyTo(repository.Artifacts), PrivateRuntime.Prepare(repository), environment.ToDictionary(pair => pair[0], pair => pair[1]));
    }
}
