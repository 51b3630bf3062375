namespace Headroom.Bench.Models;

/// <summary>A model that the host serves.</summary>
/// <param name="Path">The .onnx file.</param>
/// <param name="Sha256">Its hash, hexadecimal.</param>
/// <param name="InputShape">What each run is given.</param>
/// <param name="ResidentMebibytes">What it holds while loaded beside its mapped weights.</param>
/// <param name="RunMebibytes">What one run of it holds.</param>
internal sealed record HostedModel(string Name, string Path, string Sha256, IReadOnlyList<long> InputShape, double ResidentMebibytes, double RunMebibytes);

/// <summary>What the host is asked to serve; it reads this from a file.</summary>
/// <param name="PreparedFolder">Where prepared forms lie.</param>
/// <param name="Preparation">The program that prepares one, and its arguments.</param>
/// <param name="Unprepared">Whether the files are loaded as they are.</param>
internal sealed record HostedModels(IReadOnlyList<HostedModel> Models, string PreparedFolder, IReadOnlyList<string> Preparation, bool Unprepared);
