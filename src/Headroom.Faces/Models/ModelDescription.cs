using System.Text.Json.Serialization;

namespace Headroom.Faces.Models;

/// <summary>
/// What <c>NAME.json</c> beside <c>NAME.onnx</c> says about a model. To use a model of your own, put both files into
/// the models folder and name it in the configuration (<c>HEADROOM__FACES__DETECTOR</c>, <c>HEADROOM__FACES__EMBEDDER</c>).
/// </summary>
/// <param name="Role"><c>detector</c> or <c>embedder</c>.</param>
/// <param name="Family">How its inputs and outputs are read: <c>retinaface</c> or <c>arcface</c>.</param>
/// <param name="Sha256">The model file's hash, lower-case hexadecimal.</param>
/// <param name="Size">The side of its square input, in pixels.</param>
/// <param name="ResidentMb">What it holds while loaded beside its mapped weights, in units of 1,048,576 bytes.</param>
/// <param name="RunMb">What one run of it holds: its tensors and its share of the arena, in units of 1,048,576 bytes.</param>
internal sealed record ModelDescription(string Role, string Family, string Sha256, int Size, double ResidentMb, double RunMb)
{
    /// <summary>Subtracted from every colour value.</summary>
    public float Mean { get; init; }

    /// <summary>Then divided by.</summary>
    public float Scale { get; init; } = 1;
}

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelDescription))]
internal sealed partial class ModelJson : JsonSerializerContext;
