using System.Security.Cryptography;
using Headroom.Bench.Programs;
using Headroom.Onnx;

namespace Headroom.Bench.Models;

/// <summary>Models of real size: made once, prepared once, and kept with what else the bench makes for itself.</summary>
internal sealed class LargeModels
{
    /// <summary>The server's verb that prepares one model in a process of its own.</summary>
    private const string PrepareVerb = "prepare-model";

    private readonly string _folder;
    private readonly BuiltProgram _program;
    private readonly IReadOnlyList<HostedModel> _models;

    private LargeModels(string folder, BuiltProgram program, IReadOnlyList<HostedModel> models) => (_folder, _program, _models) = (folder, program, models);

    private string PreparedFolder => Path.Join(_folder, "prepared");

    private string[] Preparation => [_program.Location, PrepareVerb];

    /// <summary>Makes and prepares them unless an earlier run did.</summary>
    /// <param name="program">What prepares them.</param>
    public static async Task<LargeModels> PrepareAsync(Repository repository, BuiltProgram program, TextWriter progress, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(Path.Join(repository.Artifacts, "models")).FullName;
        var detector = repository.RestoredFile("models", "retinaface-mnet25.onnx");
        var faces = await MakeAsync(folder, "face-network.onnx", FaceNetwork.Write, progress);
        var sentences = await MakeAsync(folder, "sentence-network.onnx", SentenceNetwork.Write, progress);
        var models = new LargeModels(folder, program,
        [
            new HostedModel("detector", detector, await HashAsync(detector, cancellationToken), [1, 3, 640, 640], ResidentMebibytes: 4, RunMebibytes: 26),
            new HostedModel("embedder", faces, await HashAsync(faces, cancellationToken), [1, 3, 112, 112], ResidentMebibytes: 8, RunMebibytes: 20),
            new HostedModel("sentences", sentences, await HashAsync(sentences, cancellationToken), [1, 32], ResidentMebibytes: 12, RunMebibytes: 8),
        ]);
        await models.PrepareAllAsync(progress, cancellationToken);
        return models;
    }

    /// <summary>Writes down what a host is to serve.</summary>
    /// <returns>The file for <see cref="ModelHost"/>.</returns>
    public async Task<string> DescribeAsync(bool unprepared, CancellationToken cancellationToken)
    {
        var path = Path.Join(_folder, unprepared ? "unprepared.json" : "prepared.json");
        var all = new HostedModels(_models, PreparedFolder, Preparation, unprepared);
        await File.WriteAllTextAsync(path, System.Text.Json.JsonSerializer.Serialize(all, BenchJson.Plain), cancellationToken);
        return path;
    }

    private static async Task<string> MakeAsync(string folder, string name, Action<Stream> write, TextWriter progress)
    {
        var path = Path.Join(folder, name);
        if (File.Exists(path))
            return path;
        var draft = path + ".draft";
        await using (var file = File.Create(draft))
            write(file);
        File.Move(draft, path);
        await progress.WriteLineAsync($"{name}: made, {new ByteSize(new FileInfo(path).Length)}");
        return path;
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    private async Task PrepareAllAsync(TextWriter progress, CancellationToken cancellationToken)
    {
        using var environment = OnnxEnvironment.Create();
        using var cache = new PreparedModelCache([PreparedFolder], new PreparationCommand(Preparation[0], Preparation[1..]), environment.Version);
        foreach (var model in _models)
        {
            var prepared = await cache.GetAsync(new ModelSource(model.Name, model.Path, model.Sha256), cancellationToken);
            if (prepared.WasPrepared)
                await progress.WriteLineAsync($"{model.Name}: prepared, {new ByteSize(prepared.MappedBytes)} of weights to map");
        }
    }
}
