using System.Text.Json.Serialization;

namespace Headroom.Onnx;

/// <summary>What <c>prepared.json</c> says of the folder that it lies in.</summary>
internal sealed record PreparedManifest(string SourceSha256, string RuntimeVersion, string Cpu, IReadOnlyList<PreparedFile> Files);

/// <summary>One file of a prepared model.</summary>
internal sealed record PreparedFile(string Name, long Size, string Sha256);

/// <summary>Source-generated JSON of the manifest.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PreparedManifest))]
internal sealed partial class PreparedManifestJson : JsonSerializerContext;
