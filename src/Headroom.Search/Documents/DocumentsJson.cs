using System.Text.Json.Serialization;

namespace Headroom.Search.Documents;

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>), TypeInfoPropertyName = "Fields")]
internal sealed partial class DocumentsJson : JsonSerializerContext;
