using System.Text.Json.Serialization;

namespace Headroom.Search.Documents;

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>), TypeInfoPropertyName = "Fields")]
[JsonSerializable(typeof(DocumentRequest))]
[JsonSerializable(typeof(AddedAnswer))]
[JsonSerializable(typeof(RetriedAnswer))]
internal sealed partial class DocumentsJson : JsonSerializerContext;
