using System.Text.Json.Serialization;
using Headroom.Uploads.Files;
using Headroom.Uploads.Guests;
using Headroom.Uploads.Parts;

namespace Headroom.Uploads;

/// <summary>Serializers made at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UploadRequest))]
[JsonSerializable(typeof(UploadBegun))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(FileAnswer))]
[JsonSerializable(typeof(FilePage))]
[JsonSerializable(typeof(GuestLinkRequest))]
[JsonSerializable(typeof(GuestLinkMade))]
[JsonSerializable(typeof(GuestLinkPage))]
internal sealed partial class UploadsJson : JsonSerializerContext;
