using Headroom.Bench.Load;
using Headroom.Bench.Photos;

namespace Headroom.Bench.Targets;

/// <summary>The upload handler in bench/peers/flask, under gunicorn.</summary>
/// <param name="workers">Processes.</param>
/// <param name="threads">Of each process: requests at once.</param>
public sealed class FlaskTarget(Repository repository, int workers, int threads) : ITarget
{
    private const string Gunicorn = "/usr/bin/gunicorn";

    public string Name => "flask";

    public bool CanStartWithoutModels => true;

    public string? Key => null;

    public ServerCommand Describe(int port, string data, bool preload)
    {
        if (!File.Exists(Gunicorn))
            throw new BenchException($"{Gunicorn} is missing: bench/peers/flask/README.md says what to install.");
        string[] arguments = ["--bind", $"127.0.0.1:{port}", "--workers", $"{workers}", "--threads", $"{threads}", "--timeout", "600", "--chdir", repository.FlaskPeer, "uploads:app"];
        return new ServerCommand(Gunicorn, arguments, new Dictionary<string, string> { ["UPLOADS"] = data });
    }

    public void Require(BodyKind body) => throw new BenchException($"{Name} takes uploads only.");

    public Task EnrolAsync(HttpClient http, TestPhotos photos, CancellationToken cancellationToken) => throw new BenchException($"{Name} takes uploads only.");
}
