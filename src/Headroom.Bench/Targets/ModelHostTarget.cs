using Headroom.Bench.Load;
using Headroom.Bench.Models;
using Headroom.Bench.Photos;

namespace Headroom.Bench.Targets;

/// <summary>The service that hosts models of real size.</summary>
/// <param name="program">A copy that nothing else runs.</param>
/// <param name="runtime">What runs it when it does not bring its own.</param>
/// <param name="description">What it hosts: a file that <see cref="LargeModels"/> wrote.</param>
public sealed class ModelHostTarget(HeadroomProgram program, PrivateRuntime runtime, string name, string description) : ITarget
{
    /// <summary>Waiting requests are not what is measured; the plan need not count two thousand of them.</summary>
    private const int MaxWaiting = 64;

    public string Name => name;

    public bool CanStartWithoutModels => false;

    public string? Key => null;

    public ServerCommand Describe(int port, string data, bool preload)
    {
        var command = program.Command(ModelHost.Verb, description);
        return new ServerCommand(command[0], command[1..], new Dictionary<string, string>
        {
            ["HOST"] = "127.0.0.1",
            ["PORT"] = $"{port}",
            ["HEADROOM__MAXWAITING"] = $"{MaxWaiting}",
            ["DOTNET_ROOT"] = runtime.Location,
        });
    }

    public void Require(BodyKind body)
    {
        // Its requests have none.
    }

    public Task EnrolAsync(HttpClient http, TestPhotos photos, CancellationToken cancellationToken) => Task.CompletedTask;
}
