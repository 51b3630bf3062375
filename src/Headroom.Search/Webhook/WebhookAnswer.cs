using System.Text.Json.Serialization;
using Headroom.Search.Documents;

namespace Headroom.Search.Webhook;

/// <summary>What became of a notification.</summary>
/// <param name="Id">The document's id; null when there is none.</param>
/// <param name="Stored">Whether this request stored it.</param>
/// <param name="Reason">Why not: <c>already-stored</c>, <c>removed</c> or <c>no-submission</c>.</param>
internal sealed record WebhookAnswer(string? Id, bool Stored, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason)
{
    /// <summary>For notifications of something else than a submission.</summary>
    public static WebhookAnswer Ignored { get; } = new(null, Stored: false, "no-submission");

    public static WebhookAnswer Of(AddedDocument added) => added.Outcome switch
    {
        AddOutcome.Added => new(added.Id, Stored: true, null),
        AddOutcome.Removed => new(added.Id, Stored: false, "removed"),
        _ => new(added.Id, Stored: false, "already-stored"),
    };
}

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WebhookAnswer))]
internal sealed partial class WebhookJson : JsonSerializerContext;
