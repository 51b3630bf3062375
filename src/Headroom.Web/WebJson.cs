using System.Text.Json.Serialization;
using Headroom.AspNetCore.Status;
using Headroom.Web.Models;
using Headroom.Web.Status;

namespace Headroom.Web;

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(UnloadAnswer))]
[JsonSerializable(typeof(RamAnswer))]
[JsonSerializable(typeof(ModelMemoryAnswer))]
internal sealed partial class WebJson : JsonSerializerContext;
