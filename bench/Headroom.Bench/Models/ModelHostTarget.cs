using Headroom.Bench.Photos;
using Headroom.Bench.Programs;
using Headroom.Bench.Targets;

namespace Headroom.Bench.Models;

/// <summary>The service that hosts models of real size.</summary>
/// <param name="bench">A copy that nothing else runs.</param>
/// <param name="runtime">What runs it when it does not bring its own.</param>
/// <param name="description">What it hosts: a file that <see cref="LargeModels"/> wrote.</param>
internal sealed class ModelHostTarget(BuiltProgram bench, PrivateRuntime runtime, string name, string description) : ITarget
{
    /// <summary>Waiting requests are not what is measured; the plan need not count two thousand of them.</summary>
    private const int MaxWaiting = 64;

    public string Name => name;

    public bool CanStartWithoutModels => false;

    public string? Key => null;

    public ServerCommand Describe(int port, string data, bool preload)
    {
        var variables = new Dictionary<string, string>(runtime.Variables)
        {
            ["HOST"] = "127.0.0.1",
            ["PORT"] = $"{port}",
            ["HEADROOM__MAXWAITING"] = $"{MaxWaiting}",
        };
        return new ServerCommand(bench.Location, [ModelHost.Verb, description], variables);
    }

    public void Require(BodyKind body)
    {
        // Its requests have none.
    }

    public Task EnrolAsync(HttpClient http, TestPhotos photos, CancellationToken cancellationToken) => Task.CompletedTask;
}
