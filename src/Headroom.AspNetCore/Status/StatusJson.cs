using System.Text.Json.Serialization;

namespace Headroom.AspNetCore.Status;

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ProbeAnswer))]
[JsonSerializable(typeof(ModelsAnswer))]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(MemoryAnswer))]
[JsonSerializable(typeof(GcAnswer))]
internal sealed partial class StatusJson : JsonSerializerContext;
