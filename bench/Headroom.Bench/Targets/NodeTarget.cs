using Headroom.Bench.Photos;

namespace Headroom.Bench.Targets;

/// <summary>A variant of the peer in bench/peers/node.</summary>
internal sealed class NodeTarget(Repository repository, string variant) : ITarget
{
    public static IReadOnlyList<string> Variants { get; } = ["usual", "tuned", "gated"];

    public string Name => variant;

    public bool CanStartWithoutModels => false;

    public string? Key => null;

    public ServerCommand Describe(int port, string data, bool preload)
    {
        if (!Directory.Exists(Path.Join(repository.NodePeer, "node_modules")))
            throw new BenchException("The peer's packages are not installed: run «npm ci --ignore-scripts» in bench/peers/node.");
        return new ServerCommand("node", [Path.Join(repository.NodePeer, "src", $"{variant}.mjs")], new Dictionary<string, string>
        {
            ["HOST"] = "127.0.0.1",
            ["PORT"] = $"{port}",
            ["NODE_ENV"] = "production",
            ["DETECTOR_MODEL"] = repository.RestoredFile("models", "retinaface-mnet25.onnx"),
            // ONNX Runtime's own usage reporting would write to the home folder while it is measured.
            ["ORT_DISABLE_TELEMETRY"] = "1",
            ["EMBEDDER_MODEL"] = repository.RestoredFile("models", "faceplugin-feature.onnx"),
        });
    }

    public void Require(BodyKind body)
    {
        if (body != BodyKind.Multipart)
            throw new BenchException($"{Name} takes multipart bodies only: leave --body at multipart, or measure headroom alone.");
    }

    public async Task EnrolAsync(HttpClient http, TestPhotos photos, CancellationToken cancellationToken)
    {
        foreach (var photo in photos.Labelled)
        {
            using var body = PhotoBody.Create(BodyKind.Multipart, await File.ReadAllBytesAsync(photo, cancellationToken), "image");
            using var response = await http.PostAsync(new Uri($"/api/enroll?id={photos.EmployeeId}", UriKind.Relative), body, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new BenchException(
                    $"{Name} answered {(int)response.StatusCode} to an enrolment: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
