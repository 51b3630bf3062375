using System.Text.Json.Serialization;

namespace Headroom.Search.OpenAi;

/// <summary>What <c>POST /v1/embeddings</c> is asked (platform.openai.com/docs/api-reference/embeddings).</summary>
internal sealed record EmbeddingsRequest(string? Model, EmbeddingsInput? Input, string? EncodingFormat, int? Dimensions, string? User);

/// <summary>What goes wrong, as OpenAI's clients read it.</summary>
internal sealed record ErrorAnswer(ErrorBody Error);

/// <summary>The error itself.</summary>
internal sealed record ErrorBody(string Message, string Type, string? Param, string? Code);

/// <summary>One model; the time in seconds since 1970.</summary>
internal sealed record ModelBody(string Id, string Object, long Created, string OwnedBy);

/// <summary>All models.</summary>
internal sealed record ModelList(string Object, IReadOnlyList<ModelBody> Data);

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EmbeddingsRequest))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(ModelBody))]
[JsonSerializable(typeof(ModelList))]
internal sealed partial class OpenAiJson : JsonSerializerContext;
