using Headroom.Bench.Photos;
using Headroom.Bench.Uploads;

namespace Headroom.Bench.Targets;

/// <summary>The upload handler in bench/peers/flask, under gunicorn.</summary>
/// <param name="name">What to call it.</param>
/// <param name="way">How clients send it parts.</param>
/// <param name="workers">Processes.</param>
/// <param name="threads">Of each process: requests at once.</param>
internal sealed class FlaskTarget(Repository repository, string name, UploadWay way, int workers, int threads) : ITarget
{
    private const string Gunicorn = "/usr/bin/gunicorn";

    /// <summary>As tutorials write it and gunicorn runs it: parts as files of forms, and one process for each of four uploads at a time.</summary>
    public static FlaskTarget Usual(Repository repository) => new(repository, "usual", UploadWay.FormParts, workers: 4, threads: 1);

    /// <summary>As it is fastest: bodies without a form, and threads, which the library lets run while it encrypts and writes.</summary>
    public static FlaskTarget Tuned(Repository repository, int workers, int threads) => new(repository, "tuned", UploadWay.Parts, workers, threads);

    public string Name => name;

    /// <summary>How clients send it parts.</summary>
    public UploadWay Way => way;

    public bool CanStartWithoutModels => true;

    public string? Key => null;

    public ServerCommand Describe(int port, string data, bool preload)
    {
        if (!File.Exists(Gunicorn))
            throw new BenchException($"{Gunicorn} is missing: bench/peers/flask/README.md says what to install.");
        string[] arguments = [
            "--bind", $"127.0.0.1:{port}", "--workers", $"{workers}", "--threads", $"{threads}", "--timeout", "600", "--chdir", repository.FlaskPeer,
            "uploads:app",
        ];
        return new ServerCommand(Gunicorn, arguments, new Dictionary<string, string> { ["UPLOADS"] = data });
    }

    public void Require(BodyKind body) => throw new BenchException($"{Name} takes uploads only.");

    public Task EnrolAsync(HttpClient http, TestPhotos photos, CancellationToken cancellationToken) => throw new BenchException($"{Name} takes uploads only.");
}
